// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.demo;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.lanewise.nn.Epoch;

/// The demo's pictures.
final class Pictures {

    private Pictures() {
    }

    /// Draws loss and held-out accuracy by epoch.
    static Path trainingCurve(List<Epoch> history, Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(900).height(540).title("Training").xAxisTitle("epoch")
                .yAxisTitle("loss").build();
        double[] epochs = history.stream().mapToDouble(Epoch::number).toArray();
        chart.addSeries("training loss", epochs, history.stream().mapToDouble(Epoch::loss).toArray())
                .setMarker(SeriesMarkers.NONE);
        chart.addSeries("held-out loss", epochs, history.stream().mapToDouble(e -> e.validation().loss()).toArray())
                .setMarker(SeriesMarkers.NONE);
        chart.addSeries("held-out accuracy", epochs,
                history.stream().mapToDouble(e -> e.validation().accuracy()).toArray())
                .setMarker(SeriesMarkers.NONE).setYAxisGroup(1);
        chart.setYAxisGroupTitle(1, "accuracy");
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        return save(chart, file);
    }

    /// Draws how many examples of each digit (row) were taken for which (column).
    static Path confusionMatrix(int[][] confusion, Path file) throws IOException {
        int[] classes = IntStream.range(0, confusion.length).toArray();
        int[][] byColumn = new int[confusion.length][confusion.length];
        for (int row = 0; row < confusion.length; row++) {
            for (int column = 0; column < confusion.length; column++) {
                byColumn[column][row] = confusion[row][column];
            }
        }
        HeatMapChart chart = new HeatMapChartBuilder().width(720).height(640).title("Held-out digits")
                .xAxisTitle("taken for").yAxisTitle("digit").build();
        chart.addSeries("count", classes, classes, byColumn);
        chart.getStyler().setShowValue(true).setRangeColors(new Color[] {Color.WHITE, new Color(0x1f77b4)});
        return save(chart, file);
    }

    private static Path save(Chart<?, ?> chart, Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
        return file;
    }
}
