// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lanewise.bench.implementation.Lanewise;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Shapes;

/// The charts of the report: throughput over n under the FMA peak for products, bars against the peers elsewhere.
final class Charts {

    private static final String OTHER = "#8b949e";
    private static final Map<String, String> COLORS = colors();
    private static final double WIDTH = 900;
    private static final double TOP = 56;
    private static final double LEFT = 70;
    private static final double RIGHT = 30;

    private static final double CURVES_HEIGHT = 420;
    private static final double CURVES_BOTTOM = CURVES_HEIGHT - 50;

    private static final double BARS_LEFT = 280;
    private static final double BARS_RIGHT = 110;
    private static final double BAR = 11;
    private static final double GAP = 10;
    private static final double LONGEST_BAR = 2;

    private Charts() {
    }

    private static Map<String, String> colors() {
        Map<String, String> colors = new LinkedHashMap<>();
        colors.put("vector", "#1f77d0");
        colors.put("openblas-best", "#d97b16");
        colors.put("openblas", "#b8982a");
        colors.put("onnxruntime", "#2ea043");
        colors.put("pytorch", "#e0504a");
        colors.put("netlib", "#9a6dd7");
        colors.put("ejml", "#d05fa0");
        return colors;
    }

    /// The chart of a family, if it has one: there must be a peer to compare with, or squares to draw a curve through.
    static Optional<String> of(ResultFolder folder, Family family) {
        if (family == Family.GEMM) {
            List<Measurement> squares = squares(folder);
            return squares.isEmpty() ? Optional.empty() : Optional.of(curves(folder, squares));
        }
        List<Problem> problems = comparable(folder, family);
        return problems.isEmpty() ? Optional.empty() : Optional.of(bars(folder, family, problems));
    }

    /// Where the chart of a family lies.
    static Path file(ResultFolder folder, Family family) {
        return folder.path().resolve(family.id() + ".svg");
    }

    /// Writes the charts of all families into the folder.
    static void write(ResultFolder folder) throws IOException {
        for (Family family : Family.values()) {
            Optional<String> chart = of(folder, family);
            if (chart.isPresent()) {
                Files.writeString(file(folder, family), chart.get());
            } else {
                Files.deleteIfExists(file(folder, family));
            }
        }
    }

    private static List<Measurement> squares(ResultFolder folder) {
        return folder.measurements(Family.GEMM).stream()
                .filter(one -> one.problem() instanceof Product product && product.isSquare())
                .filter(one -> isShown(one.implementation()))
                .sorted(Comparator.comparingDouble(Charts::size))
                .toList();
    }

    private static boolean isShown(String implementation) {
        return implementation.equals(Lanewise.VECTOR.id()) || !Summary.isLanewise(implementation);
    }

    /// Cases that a peer has run as well.
    private static List<Problem> comparable(ResultFolder folder, Family family) {
        return Shapes.of(family).stream()
                .filter(problem -> folder.find(problem, Lanewise.VECTOR.id()).isPresent())
                .filter(problem -> folder.measurements(family).stream()
                        .anyMatch(one -> one.problem().equals(problem) && !Summary.isLanewise(one.implementation())))
                .toList();
    }

    private static Set<String> implementations(List<Measurement> measurements) {
        Set<String> names = new LinkedHashSet<>();
        COLORS.keySet().stream()
                .filter(name -> measurements.stream().anyMatch(one -> one.implementation().equals(name)))
                .forEach(names::add);
        measurements.stream().map(Measurement::implementation).filter(Charts::isShown).forEach(names::add);
        return names;
    }

    private static double size(Measurement square) {
        return ((Product) square.problem()).n();
    }

    private static String label(String implementation) {
        return implementation.equals(Lanewise.VECTOR.id()) ? "Lanewise" : implementation;
    }

    private static void legend(Svg svg, Set<String> names) {
        double x = LEFT;
        for (String name : names) {
            svg.bar(x, 31, 10, 10, COLORS.getOrDefault(name, OTHER)).text(x + 14, 40, "start", label(name));
            x += 30 + 7.0 * label(name).length();
        }
    }

    private static String curves(ResultFolder folder, List<Measurement> squares) {
        Svg svg = new Svg(WIDTH, CURVES_HEIGHT, "Square products, one thread");
        Set<String> names = implementations(squares);
        legend(svg, names);
        double peak = folder.limits(Family.GEMM).peak(Lanewise.VECTOR.id());
        double fastest = squares.stream().mapToDouble(Measurement::value).max().orElseThrow();
        double top = 50 * Math.ceil((Double.isFinite(peak) ? Math.max(peak, fastest) : fastest) / 50);
        double step = top > 300 ? 100 : 50;
        for (double value = 0; value <= top; value += step) {
            svg.rule(LEFT, y(value, top), WIDTH - RIGHT, y(value, top))
                    .text(LEFT - 8, y(value, top) + 4, "end", Long.toString(Math.round(value)));
        }
        svg.text(LEFT - 8, TOP - 8, "end", "GFLOP/s").text(WIDTH - RIGHT, CURVES_HEIGHT - 10, "end", "n");
        double smallest = size(squares.getFirst());
        double largest = Math.max(2 * smallest, size(squares.getLast()));
        for (double n = smallest; n <= largest; n *= 2) {
            svg.text(x(n, smallest, largest), CURVES_BOTTOM + 18, "middle", Long.toString(Math.round(n)));
        }
        if (Double.isFinite(peak)) {
            svg.dashes(LEFT, y(peak, top), WIDTH - RIGHT, y(peak, top))
                    .text(WIDTH - RIGHT, y(peak, top) - 5, "end", "FMA peak " + Numbers.shown(peak));
        }
        for (String name : names) {
            List<Measurement> of = squares.stream().filter(one -> one.implementation().equals(name)).toList();
            svg.curve(of.stream().mapToDouble(one -> x(size(one), smallest, largest)).toArray(),
                    of.stream().mapToDouble(one -> y(one.value(), top)).toArray(),
                    COLORS.getOrDefault(name, OTHER), name.equals(Lanewise.VECTOR.id()) ? 3 : 1.5);
        }
        return svg.toString();
    }

    private static double x(double n, double smallest, double largest) {
        return LEFT + 20 + Math.log(n / smallest) / Math.log(largest / smallest) * (WIDTH - RIGHT - LEFT - 40);
    }

    private static double y(double value, double top) {
        return CURVES_BOTTOM - value / top * (CURVES_BOTTOM - TOP);
    }

    /// Speed beside Lanewise's: each case has a scale of its own, since cases differ by orders of magnitude.
    private static String bars(ResultFolder folder, Family family, List<Problem> problems) {
        List<Measurement> shown = folder.measurements(family).stream()
                .filter(one -> isShown(one.implementation()) && problems.contains(one.problem()))
                .toList();
        double height = TOP + 30 + shown.size() * BAR + problems.size() * GAP;
        Svg svg = new Svg(WIDTH, height, family.title() + ": speed beside Lanewise's, in " + family.unit().symbol());
        Set<String> names = implementations(shown);
        legend(svg, names);
        double scale = (WIDTH - BARS_LEFT - BARS_RIGHT) / LONGEST_BAR;
        double y = TOP;
        for (Problem problem : problems) {
            double ours = folder.find(problem, Lanewise.VECTOR.id()).orElseThrow().nanoseconds();
            double start = y;
            for (String name : names) {
                Optional<Measurement> one = folder.find(problem, name);
                if (one.isPresent()) {
                    double speed = ours / one.get().nanoseconds();
                    double length = Math.min(speed, LONGEST_BAR) * scale;
                    svg.bar(BARS_LEFT, y, length, BAR - 2, COLORS.getOrDefault(name, OTHER));
                    svg.text(BARS_LEFT + length + 5, y + BAR - 2, "start",
                            Numbers.shown(one.get().value()) + (speed > LONGEST_BAR ? " →" : ""));
                    y += BAR;
                }
            }
            svg.text(BARS_LEFT - 8, (start + y) / 2 + 3, "end", problem.name());
            y += GAP;
        }
        svg.rule(BARS_LEFT, TOP - 4, BARS_LEFT, y).rule(BARS_LEFT + scale, TOP - 4, BARS_LEFT + scale, y);
        svg.text(BARS_LEFT, y + 12, "middle", "0").text(BARS_LEFT + scale, y + 12, "middle", "1");
        svg.text(BARS_LEFT + LONGEST_BAR * scale, y + 12, "end", "longer is faster");
        return svg.toString();
    }
}
