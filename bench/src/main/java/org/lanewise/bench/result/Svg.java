// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.util.Locale;

/// An SVG picture under construction: no background, real text, colours of middle tone that can be read on a light and
/// on a dark page.
final class Svg {

    private static final String GREY = "#808080";

    private final StringBuilder body = new StringBuilder();
    private final double width;
    private final double height;
    private final String title;

    Svg(double width, double height, String title) {
        this.width = width;
        this.height = height;
        this.title = title;
        body.append("<text x=\"%s\" y=\"18\" class=\"title\">%s</text>\n".formatted(number(width / 2),
                escaped(title)));
    }

    /// A text whose anchor is `start`, `middle` or `end`.
    Svg text(double x, double y, String anchor, String text) {
        body.append("<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n".formatted(number(x), number(y), anchor,
                escaped(text)));
        return this;
    }

    Svg bar(double x, double y, double length, double thickness, String color) {
        body.append("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>\n".formatted(number(x), number(y),
                number(length), number(thickness), color));
        return this;
    }

    /// A thin line of the frame: an axis or a grid line.
    Svg rule(double x1, double y1, double x2, double y2) {
        body.append("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"rule\"/>\n".formatted(number(x1), number(y1),
                number(x2), number(y2)));
        return this;
    }

    /// A dashed line: a limit.
    Svg dashes(double x1, double y1, double x2, double y2) {
        body.append("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"limit\"/>\n".formatted(number(x1),
                number(y1), number(x2), number(y2)));
        return this;
    }

    /// A line through points, with a dot at each.
    Svg curve(double[] x, double[] y, String color, double thickness) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            points.append(number(x[i])).append(',').append(number(y[i])).append(' ');
            body.append("<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>\n".formatted(number(x[i]), number(y[i]),
                    color));
        }
        body.append("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>\n".formatted(
                points.toString().strip(), color, number(thickness)));
        return this;
    }

    @Override
    public String toString() {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" role="img">
                <title>%3$s</title>
                <style>
                text { font: 12px sans-serif; fill: %4$s; }
                .title { font-size: 15px; font-weight: bold; text-anchor: middle; }
                .rule { stroke: %4$s; stroke-opacity: 0.35; }
                .limit { stroke: %4$s; stroke-width: 1.5; stroke-dasharray: 6 4; }
                </style>
                %5$s</svg>
                """.formatted(number(width), number(height), escaped(title), GREY, body);
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
