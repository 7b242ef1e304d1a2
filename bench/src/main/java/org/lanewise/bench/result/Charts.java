// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.lanewise.bench.implementation.Lanewise;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Shapes;

/// Charts for the report: no background, and middle tones that can be read on a light and on a dark page.
final class Charts {

    private static final Color TEXT = new Color(0x80, 0x80, 0x80);
    private static final Color GRID = new Color(0x80, 0x80, 0x80, 0x50);
    private static final Color CLEAR = new Color(0, 0, 0, 0);
    private static final String LIMIT = "FMA peak";
    private static final Map<String, Color> COLORS = colors();
    private static final Color OTHER = new Color(0x8B, 0x94, 0x9E);
    private static final int WIDTH = 960;
    private static final int HEIGHT = 480;
    private static final int CASES_A_CHART = 10;

    private Charts() {
    }

    private static Map<String, Color> colors() {
        Map<String, Color> colors = new LinkedHashMap<>();
        colors.put("vector", new Color(0x1F, 0x77, 0xD0));
        colors.put("reference", new Color(0x8B, 0x94, 0x9E));
        colors.put("openblas-best", new Color(0xD9, 0x7B, 0x16));
        colors.put("openblas", new Color(0xC9, 0xA2, 0x27));
        colors.put("onnxruntime", new Color(0x2E, 0xA0, 0x43));
        colors.put("pytorch", new Color(0xE0, 0x50, 0x4A));
        colors.put("netlib", new Color(0x9A, 0x6D, 0xD7));
        colors.put("ejml", new Color(0xD0, 0x5F, 0xA0));
        colors.put(LIMIT, TEXT);
        return colors;
    }

    /// The charts that a family has.
    static List<Path> files(ResultFolder folder, Family family) {
        List<Path> files = new ArrayList<>();
        if (family == Family.GEMM) {
            if (!squares(folder).isEmpty()) {
                files.add(file(folder, "gemm"));
            }
            return files;
        }
        int charts = Math.ceilDiv(comparable(folder, family).size(), CASES_A_CHART);
        for (int i = 1; i <= charts; i++) {
            files.add(file(folder, family.id() + (charts == 1 ? "" : "-" + i)));
        }
        return files;
    }

    private static Path file(ResultFolder folder, String name) {
        return folder.path().resolve(name + ".svg");
    }

    /// Writes the charts of all families into the folder, and removes those that no longer exist.
    static void write(ResultFolder folder) throws IOException {
        try (var old = Files.newDirectoryStream(folder.path(), "*.svg")) {
            for (Path chart : old) {
                Files.delete(chart);
            }
        }
        for (Family family : Family.values()) {
            List<Path> files = files(folder, family);
            List<Problem> problems = comparable(folder, family);
            for (int i = 0; i < files.size(); i++) {
                int from = i * CASES_A_CHART;
                var chart = family == Family.GEMM ? roofline(folder)
                        : bars(folder, family, problems.subList(from,
                                Math.min(from + CASES_A_CHART, problems.size())));
                try (var out = Files.newOutputStream(files.get(i))) {
                    VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
                }
            }
        }
    }

    private static List<Measurement> squares(ResultFolder folder) {
        return folder.measurements(Family.GEMM).stream()
                .filter(one -> one.problem() instanceof Product product && product.isSquare())
                .filter(one -> isShown(one.implementation()))
                .toList();
    }

    private static boolean isShown(String implementation) {
        return implementation.equals(Lanewise.VECTOR.id()) || !Summary.isLanewise(implementation);
    }

    /// Cases with someone to compare with.
    private static List<Problem> comparable(ResultFolder folder, Family family) {
        return Shapes.of(family).stream()
                .filter(problem -> folder.measurements(family).stream()
                        .anyMatch(one -> one.problem().equals(problem) && !Summary.isLanewise(one.implementation())))
                .toList();
    }

    private static Set<String> implementations(List<Measurement> measurements) {
        Set<String> names = new LinkedHashSet<>();
        COLORS.keySet().stream()
                .filter(name -> measurements.stream().anyMatch(one -> one.implementation().equals(name)))
                .forEach(names::add);
        measurements.stream().map(Measurement::implementation).forEach(names::add);
        return names;
    }

    private static XYChart roofline(ResultFolder folder) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title("Square products, one thread")
                .xAxisTitle("n").yAxisTitle("GFLOP/s").build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLogarithmic(true);
        List<Measurement> squares = squares(folder);
        double[] ends = squares.stream().mapToDouble(Charts::size).sorted().toArray();
        double peak = folder.limits(Family.GEMM).peak(Lanewise.VECTOR.id());
        if (Double.isFinite(peak)) {
            double[] line = {peak, peak};
            XYSeries limit = chart.addSeries(LIMIT, new double[] {ends[0], ends[ends.length - 1]}, line);
            limit.setMarker(SeriesMarkers.NONE).setLineColor(TEXT);
            limit.setLineStyle(new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10f,
                    new float[] {6f, 4f}, 0f));
        }
        for (String name : implementations(squares)) {
            List<Measurement> of = squares.stream().filter(one -> one.implementation().equals(name)).toList();
            XYSeries series = chart.addSeries(label(name), of.stream().mapToDouble(Charts::size).toArray(),
                    of.stream().mapToDouble(Measurement::value).toArray());
            Color color = COLORS.getOrDefault(name, OTHER);
            series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color).setLineColor(color);
            series.setLineStyle(new BasicStroke(name.equals(Lanewise.VECTOR.id()) ? 3f : 1.5f));
        }
        return chart;
    }

    private static double size(Measurement square) {
        return ((Product) square.problem()).n();
    }

    private static CategoryChart bars(ResultFolder folder, Family family, List<Problem> problems) {
        boolean more = family.unit().higherIsBetter();
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(family.title())
                .yAxisTitle(family.unit().symbol() + (more ? " (more is better)" : " (less is better)")).build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(30);
        List<Measurement> shown = folder.measurements(family).stream()
                .filter(one -> isShown(one.implementation()) && problems.contains(one.problem()))
                .toList();
        double[] values = shown.stream().mapToDouble(Measurement::value).sorted().toArray();
        // Bars of a logarithmic axis have no foot, but bars that cannot be seen tell even less.
        chart.getStyler().setYAxisLogarithmic(values[values.length - 1] > 50 * values[0]);
        List<String> names = problems.stream().map(Problem::name).toList();
        for (String implementation : implementations(shown)) {
            List<Double> column = new ArrayList<>(Collections.nCopies(names.size(), null));
            shown.stream().filter(one -> one.implementation().equals(implementation))
                    .forEach(one -> column.set(problems.indexOf(one.problem()), one.value()));
            chart.addSeries(label(implementation), names, column)
                    .setFillColor(COLORS.getOrDefault(implementation, OTHER));
        }
        return chart;
    }

    private static String label(String implementation) {
        return implementation.equals(Lanewise.VECTOR.id()) ? "Lanewise" : implementation;
    }

    private static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(CLEAR);
        styler.setPlotBackgroundColor(CLEAR);
        styler.setLegendBackgroundColor(CLEAR);
        styler.setLegendBorderColor(CLEAR);
        styler.setPlotBorderColor(GRID);
        styler.setPlotGridLinesColor(GRID);
        styler.setChartFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setAxisTickMarksColor(TEXT);
        styler.setLegendPosition(LegendPosition.OutsideE);
    }
}
