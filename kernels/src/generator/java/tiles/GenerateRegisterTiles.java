// SPDX-License-Identifier: Apache-2.0
package tiles;

import common.Constants;
import common.Output;
import common.Sources;
import java.io.IOException;
import java.nio.file.Path;

/// Writes the register tiles of the SIMD matrix product: `java GenerateRegisterTiles.java <output directory>`.
///
/// A tile is a block of C, `rows` × `vectors`, that stays in registers while the loop runs down k. C2 keeps vectors in
/// registers only if each is a local variable of its own, so every shape needs its own source: what a macro does in C.
/// One class for each form in which A lies in memory:
///
/// | class | A |
/// |---|---|
/// | `StripTiles` | packed in strips: the elements of the tile's rows side by side, step after step |
/// | `CopiedRowTiles` | copied row by row, rows at a distance that the source states |
/// | `RowTiles` | in place, rows at any distance |
///
/// In the first two forms one address register serves all rows; in place each row takes its own. B is read two vectors
/// side by side, so that one register serves both.
///
/// Each shape has a method for every `Loop` it needs, because C2 does not keep this many sums in registers across the
/// join of two branches: `start…` begins the chains at +0, and B may lie in panels or in place; `resume…` begins with
/// the values in C, and knows panels only. Copied rows are for products that never resume.
///
/// The tiles are as lean as can be: no mask, bias or activation, and one way to start. C1 inlines the Vector API too,
/// and gives up on a larger method ("out of virtual registers"); HotSpot then leaves the method at a slow tier for
/// good whenever C2's queue was long at the wrong moment.
public final class GenerateRegisterTiles {

    private static final String PACKAGE = "org.lanewise.kernels.internal.gemm.";

    /// The shapes of tiles, shared with the code around them.
    private static final Constants SHAPES =
            Constants.read(Sources.folder().resolve(PACKAGE.replace('.', '/') + "GemmTile.java"));
    private static final int MOST_SUMS = SHAPES.get("MAX_SUMS");
    private static final int MOST_ROWS = SHAPES.get("MAX_ROWS");
    private static final int TALLEST = SHAPES.get("TALLEST");
    private static final int FEWEST_SUMS = SHAPES.get("FEWEST_SUMS");
    private static final int WIDE = SHAPES.get("WIDE");

    /// Most steps of k of one update of a row of C.
    private static final int MOST_STEPS = 8;

    private enum Kind {
        STRIP("StripTiles", "A is read from packed strips."),
        COPIED_ROWS("CopiedRowTiles", "A is read from rows at the distance `Packing.ROW_DISTANCE`."),
        ROWS("RowTiles", "A is read in place.");

        final String className;
        final String summary;

        Kind(String className, String summary) {
            this.className = className;
            this.summary = summary;
        }

        /// Whether products with A in this form are ever cut along k, or accumulate.
        boolean resumes() {
            return this != COPIED_ROWS;
        }

        int mostRows() {
            return this == COPIED_ROWS ? TALLEST : MOST_ROWS;
        }

        /// Width in vectors of the widest tile of `rows` rows. Copies are for products of many rows, which need no wide
        /// tiles.
        int mostVectors(int rows) {
            int mostOfRegisters = MOST_SUMS / rows;
            return switch (this) {
                case STRIP -> 2;
                case COPIED_ROWS -> Math.min(mostOfRegisters, 3);
                case ROWS -> Math.max(2 * Math.ceilDiv(FEWEST_SUMS, 2 * rows), Math.min(mostOfRegisters, WIDE));
            };
        }

        /// The distance of A's rows as an argument or, with its type, as a parameter.
        String aStride(String type) {
            return this == ROWS ? type + "aStride, " : "";
        }

        /// Index of A's element in row `row` of the tile; in a strip, rows of the next step follow.
        String a(int row) {
            return switch (this) {
                case STRIP -> plus("at", row);
                case COPIED_ROWS -> "at" + times(row, "DISTANCE");
                case ROWS -> "row";
            };
        }

        /// Stride between a row's elements.
        int step(int rows) {
            return this == STRIP ? rows : 1;
        }
    }

    /// The loops of a tile, special cases before the general ones.
    private enum Loop {
        /// Two steps of k at a time, to spend fewer instructions on addresses: the instructions in flight then reach
        /// farther ahead into B. With 512 bits 12×2 reaches 0.82 of the FMA peak instead of 0.74 with B in L2, and the
        /// same with B in L1.
        ///
        /// Other tiles gain nothing or lose much, because C2 spills some of their sums: 11×2, 9×2, 8×3, all that read A
        /// from rows; 12×2 with three or four steps; four steps cut into basic blocks keep an address in a vector
        /// register.
        START_PAIRS("startPairs", false, true, 2),

        /// Wide tiles that read panels: over 1.2 MB of panels 4×4 runs 1.16 times, 3×4 and 5×4 1.2 times as fast as
        /// with B's step in a variable.
        START_PANELS("startPanels", false, true, 1),
        START("start", false, false, 1),
        RESUME_PAIRS("resumePairs", true, true, 2),
        RESUME("resume", true, true, 1);

        final String name;
        final boolean resumes;

        /// Whether B always lies in panels: its step is then a constant.
        final boolean panels;

        /// Steps of k at a time.
        final int steps;

        Loop(String name, boolean resumes, boolean panels, int steps) {
            this.name = name;
            this.resumes = resumes;
            this.panels = panels;
            this.steps = steps;
        }

        boolean isFor(Kind kind, int rows, int vectors) {
            return switch (this) {
                case START -> true;
                case START_PANELS -> kind == Kind.ROWS && vectors > 2;
                case RESUME -> kind.resumes();
                case START_PAIRS, RESUME_PAIRS -> kind == Kind.STRIP && vectors == 2 && (rows == 10 || rows == 12);
            };
        }

        String condition() {
            return switch (this) {
                case START_PAIRS -> "depth % 2 == 0 && bStep == 2 * LANES";
                case START_PANELS -> "bStep == 2 * LANES";
                case RESUME_PAIRS -> "depth % 2 == 0";
                default -> throw new AssertionError(this);
            };
        }
    }

    private final StringBuilder out = new StringBuilder();
    private final Kind kind;

    private GenerateRegisterTiles(Kind kind) {
        this.kind = kind;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: java GenerateRegisterTiles.java <output directory>");
        }
        Output output = new Output(Path.of(arguments[0]));
        for (Kind kind : Kind.values()) {
            output.write(PACKAGE + kind.className, new GenerateRegisterTiles(kind).tiles());
        }
        output.write(PACKAGE + "RowUpdates", new GenerateRegisterTiles(null).updates());
        for (int size : new int[] {4, 8, 16}) {
            output.write(PACKAGE + "Transpose" + size, new GenerateRegisterTiles(null).transpose(size, size == 16));
        }
        output.deleteStale();
    }

    private String tiles() {
        line("""
                // SPDX-License-Identifier: Apache-2.0
                // Generated by GenerateRegisterTiles; change it there.
                package org.lanewise.kernels.internal.gemm;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.VectorSpecies;
                import org.lanewise.kernels.internal.lanes.Species;

                /// Register tiles: %s See `GemmTile` for the arguments.
                final class %s {

                    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
                    private static final int LANES = SPECIES.length();
                """.formatted(kind.summary, kind.className).stripTrailing());
        if (kind == Kind.COPIED_ROWS) {
            line("    private static final int DISTANCE = Packing.ROW_DISTANCE;");
        }
        line("""

                    private %s() {
                    }
                """.formatted(kind.className));
        dispatch(false);
        if (kind.resumes()) {
            line("");
            dispatch(true);
        }
        for (int rows = 1; rows <= kind.mostRows(); rows++) {
            for (int vectors = 1; vectors <= kind.mostVectors(rows); vectors++) {
                for (Loop loop : Loop.values()) {
                    if (loop.isFor(kind, rows, vectors)) {
                        line("");
                        tile(rows, vectors, loop);
                    }
                }
            }
        }
        line("}");
        return out.toString();
    }

    private void dispatch(boolean resume) {
        line("    static void " + (resume ? "resume" : "start") + "(int rows, int vectors, float[] a, int aAt, "
                + kind.aStride("int ") + "float[] b, int bAt," + (resume ? "" : " int bStep,"));
        line("            int bDistance, int depth, float[] c, int cAt, int cStride) {");
        line("        switch (rows * 16 + vectors) {");
        for (int rows = 1; rows <= kind.mostRows(); rows++) {
            for (int vectors = 1; vectors <= kind.mostVectors(rows); vectors++) {
                Loop general = resume ? Loop.RESUME : Loop.START;
                StringBuilder choice = new StringBuilder();
                for (Loop loop : Loop.values()) {
                    if (loop.resumes == resume && loop != general && loop.isFor(kind, rows, vectors)) {
                        choice.append("if (" + loop.condition() + ") {\n");
                        choice.append("                    " + call(loop, rows, vectors) + "\n");
                        choice.append("                } else ");
                    }
                }
                String last = call(general, rows, vectors);
                String label = "            case " + (rows * 16 + vectors) + " -> ";
                if (choice.isEmpty()) {
                    line(label + last);
                } else {
                    line(label + "{");
                    line("                " + choice + "{");
                    line("                    " + last);
                    line("                }");
                    line("            }");
                }
            }
        }
        line("            default -> throw new AssertionError(rows + \"×\" + vectors);");
        line("        }");
        line("    }");
    }

    private String call(Loop loop, int rows, int vectors) {
        return loop.name + rows + "x" + vectors + "(a, aAt, " + kind.aStride("") + "b, bAt, "
                + (loop.panels ? "" : "bStep, ") + "bDistance, depth, c, cAt, cStride);";
    }

    private void tile(int rows, int vectors, Loop loop) {
        boolean resume = loop.resumes;
        line("    private static void " + loop.name + rows + "x" + vectors + "(float[] a, int aAt, "
                + kind.aStride("int ") + "float[] b, int bAt,");
        line("            " + (loop.panels ? "" : "int bStep, ")
                + "int bDistance, int depth, float[] c, int cAt, int cStride) {");
        if (resume) {
            line("        int start = cAt;");
        }
        for (int row = 0; row < rows; row++) {
            if (resume && row > 0) {
                line("        start += cStride;");
            }
            for (int vector = 0; vector < vectors; vector++) {
                line("        FloatVector " + sum(row, vector) + " = " + (resume
                        ? "FloatVector.fromArray(SPECIES, c, start" + times(vector, "LANES") + ");"
                        : "FloatVector.zero(SPECIES);"));
            }
        }
        // Each panel of B has an index of its own: C2 moves its bounds check out of the loop, but not that of a sum.
        for (int panel = 1; 2 * panel < vectors; panel++) {
            line("        int " + panel(panel) + " = " + panel(panel - 1) + " + bDistance;");
        }
        // A's index counts the steps. A separate counter takes one more register; C2 then keeps a value that finds
        // none, such as B's step, in a vector register, and moving it back competes with the fma for ports. So 8×3 and
        // 10×2 over copied rows reached 0.64 of the FMA peak instead of 0.75, and 6×2 of 16 registers 0.91 instead of
        // 1.
        int stride = loop.steps * kind.step(rows);
        line("        // A's index counts the steps: a counter of its own would take one more register.");
        line("        int aEnd = aAt + " + (kind.step(rows) > 1 ? rows + " * " : "") + "depth;");
        line("        for (int at = aAt; at < aEnd; " + (stride > 1 ? "at += " + stride : "at++") + ") {");
        for (int step = 0; step < loop.steps; step++) {
            step(rows, vectors, step);
        }
        for (int panel = 0; 2 * panel < vectors; panel++) {
            line("            " + panel(panel) + " += " + (loop.panels ? 2 * loop.steps + " * LANES" : "bStep") + ";");
        }
        line("        }");
        // From the last row up: indices that the loads before the loop have not computed, for those C2 would keep in
        // registers all through the loop, and spill the loop's own.
        if (rows > 1) {
            line("        // From the last row up" + (resume
                    ? ": indices shared with the loads before the loop would stay in registers all through it."
                    : ", as the tiles that resume must."));
        }
        line("        int end = cAt" + times(rows - 1, "cStride") + ";");
        for (int row = rows - 1; row >= 0; row--) {
            for (int vector = 0; vector < vectors; vector++) {
                line("        " + sum(row, vector) + ".intoArray(c, end" + times(vector, "LANES") + ");");
            }
            if (row > 0) {
                line("        end -= cStride;");
            }
        }
        line("    }");
    }

    /// Rows of a tile in one basic block. C2 schedules the loads of a basic block first, and spills sums when many rows
    /// leave it few registers. So a step of such tiles is cut into basic blocks, by tests that are never true, which C2
    /// does not know.
    ///
    /// 6×2 with 16 registers reaches 0.94 of the FMA peak instead of 0.4, 8×3 with 32 0.82 instead of 0.74.
    private static int rowsOfBlock(int rows, int vectors) {
        int sums = rows * vectors;
        boolean tightFor16 = sums > 8 && sums <= 12;
        boolean tightFor32 = sums == MOST_SUMS && vectors == 3;
        return tightFor16 ? vectors == 3 ? 1 : 2 : tightFor32 ? 4 : rows;
    }

    /// One step of k, the first or the second of a pair.
    private void step(int rows, int vectors, int step) {
        int rowsOfBlock = rowsOfBlock(rows, vectors);
        String suffix = step == 0 ? "" : "next";
        for (int vector = 0; vector < vectors; vector++) {
            line("            FloatVector b" + vector + suffix + " = FloatVector.fromArray(SPECIES, b, "
                    + panel(vector / 2) + times(vector % 2 + 2 * step, "LANES") + ");");
        }
        if (kind == Kind.ROWS) {
            line("            int row = at;");
        }
        for (int row = 0; row < rows; row++) {
            if (kind == Kind.ROWS && row > 0) {
                line("            row += aStride;");
            }
            if (row > 0 && row % rowsOfBlock == 0) {
                if (row == rowsOfBlock && step == 0) {
                    line("            // Never true, which C2 does not know: ends a basic block. C2 puts the");
                    line("            // loads of a block first; all in one block would push sums out of registers.");
                }
                line("            if (at == aEnd + " + row / rowsOfBlock + ") {");
                line("                break;");
                line("            }");
            }
            String factor = "a" + row + suffix;
            line("            FloatVector " + factor + " = FloatVector.broadcast(SPECIES, a["
                    + kind.a(step * rows + row) + "]);");
            for (int vector = 0; vector < vectors; vector++) {
                line("            " + sum(row, vector) + " = " + factor + ".fma(b" + vector + suffix + ", "
                        + sum(row, vector) + ");");
            }
        }
    }

    /// Index of the step's elements in a panel of B.
    private static String panel(int panel) {
        return panel == 0 ? "bAt" : "panel" + panel;
    }

    private static String sum(int row, int vector) {
        return "sum" + row + "x" + vector;
    }

    private static String plus(String index, int constant) {
        return constant == 0 ? index : index + " + " + constant;
    }

    private static String times(int factor, String unit) {
        return factor == 0 ? "" : factor == 1 ? " + " + unit : " + " + factor + " * " + unit;
    }

    /// Passes along a row of C: for products of few rows or few steps, which do little arithmetic for each element they
    /// read or write.
    private String updates() {
        line("""
                // SPDX-License-Identifier: Apache-2.0
                // Generated by GenerateRegisterTiles; change it there.
                package org.lanewise.kernels.internal.gemm;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.VectorSpecies;
                import org.lanewise.kernels.internal.lanes.Species;

                /// Up to %d steps of k for a row of C at a time: all operands are read along their rows, in place.
                ///
                /// `a` holds a factor for each step, `aStep` apart; `b` a row for each step, `bStride` apart.
                final class RowUpdates {

                    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
                    private static final int LANES = SPECIES.length();

                    /// The most steps of a call.
                    static final int MOST_STEPS = %d;

                    private RowUpdates() {
                    }
                """.formatted(MOST_STEPS, MOST_STEPS));
        for (String name : new String[] {"start", "resume"}) {
            line("    static void " + name + "(int steps, float[] a, int aAt, int aStep, float[] b, int bAt,");
            line("            int bStride, float[] c, int cAt, int columns) {");
            line("        switch (steps) {");
            for (int steps = 1; steps <= MOST_STEPS; steps++) {
                line("            case " + steps + " -> " + name + steps
                        + "(a, aAt, aStep, b, bAt, bStride, c, cAt, columns);");
            }
            line("            default -> throw new AssertionError(steps);");
            line("        }");
            line("    }");
            line("");
        }
        for (int steps = 1; steps <= MOST_STEPS; steps++) {
            update(steps, false);
            line("");
            update(steps, true);
            line(steps < MOST_STEPS ? "" : "}");
        }
        return out.toString();
    }

    private void update(int steps, boolean resume) {
        line("    private static void " + (resume ? "resume" : "start") + steps
                + "(float[] a, int aAt, int aStep, float[] b, int bAt, int bStride,");
        line("            float[] c, int cAt, int columns) {");
        for (int step = 0; step < steps; step++) {
            line("        float factor" + step + " = a[aAt" + times(step, "aStep") + "];");
            line("        FloatVector a" + step + " = FloatVector.broadcast(SPECIES, factor" + step + ");");
            line("        int row" + step + " = bAt" + times(step, "bStride") + ";");
        }
        line("        int whole = SPECIES.loopBound(columns);");
        line("        for (int j = 0; j < whole; j += LANES) {");
        line("            FloatVector sum = " + (resume ? "FloatVector.fromArray(SPECIES, c, cAt + j);"
                : "FloatVector.zero(SPECIES);"));
        for (int step = 0; step < steps; step++) {
            line("            sum = a" + step + ".fma(FloatVector.fromArray(SPECIES, b, row" + step + " + j), sum);");
        }
        line("            sum.intoArray(c, cAt + j);");
        line("        }");
        line("        for (int j = whole; j < columns; j++) {");
        line("            float sum = " + (resume ? "c[cAt + j];" : "0f;"));
        for (int step = 0; step < steps; step++) {
            line("            sum = Math.fma(factor" + step + ", b[row" + step + " + j], sum);");
        }
        line("            c[cAt + j] = sum;");
        line("        }");
        line("    }");
    }

    /// The transpose of `size` × `size` floats in registers.
    ///
    /// @param twoSources whether the processor permutes the lanes of two vectors in one instruction, as AVX-512 does
    private String transpose(int size, boolean twoSources) {
        StringBuilder constants = new StringBuilder();
        StringBuilder masks = new StringBuilder();
        for (int distance = size / 2; distance >= 1; distance /= 2) {
            constants.append((twoSources ? """
                        private static final IntVector UPPER%1$d = lanes(%1$d, 0);
                        private static final IntVector LOWER%1$d = lanes(%1$d, %1$d);
                    """ : """
                        private static final IntVector BIT%1$d = bit(%1$d);
                        private static final VectorShuffle<Float> FORTH%1$d = moved(%1$d);
                        private static final VectorShuffle<Float> BACK%1$d = moved(-%1$d);
                    """).formatted(distance));
            if (!twoSources) {
                masks.append("        VectorMask<Float> low%1$d = ".formatted(distance)
                        + "BIT%1$d.compare(VectorOperators.EQ, 0).cast(SPECIES);%n".formatted(distance));
            }
        }
        line("""
                // SPDX-License-Identifier: Apache-2.0
                // Generated by GenerateRegisterTiles; change it there.
                package org.lanewise.kernels.internal.gemm;

                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                %simport jdk.incubator.vector.VectorSpecies;
                import org.lanewise.kernels.internal.lanes.Species;

                /// Transposes rows into a strip, for vectors of %d floats: rounds in which two vectors, %s1 rows
                /// apart, exchange the blocks off the diagonal.
                final class Transpose%d {

                    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
                %s
                    private Transpose%d() {
                    }

                %s
                    /// Moves `depth` steps of k, at least %d, of up to %d rows at a distance of `stride`, to `to`: a
                    /// vector for each step, `height` apart. Lanes past the rows are undefined.
                    static void run(float[] from, int at, int stride, int rows, int depth, float[] to, int toAt,
                            int height) {
                        int last = rows - 1;
                """.formatted(twoSources ? "" : """
                import jdk.incubator.vector.VectorMask;
                import jdk.incubator.vector.VectorOperators;
                import jdk.incubator.vector.VectorShuffle;
                """, size, distances(size), size, constants, size, twoSources ? """
                    /// Lane numbers in a pair of vectors, the second's counted from %1$d.
                    private static IntVector lanes(int distance, int shift) {
                        int[] lanes = new int[Species.INT.length()];
                        for (int lane = 0; lane < lanes.length; lane++) {
                            lanes[lane] = (lane & distance) == 0 ? lane + shift : %1$d + lane - distance + shift;
                        }
                        return IntVector.fromArray(Species.INT, lanes, 0);
                    }
                """.formatted(size) : """
                    private static IntVector bit(int distance) {
                        return IntVector.zero(Species.INT).addIndex(1).and(distance);
                    }

                    private static VectorShuffle<Float> moved(int distance) {
                        return VectorShuffle.fromOp(SPECIES, lane -> lane + distance & SPECIES.length() - 1);
                    }
                """, size, size));
        out.append(masks);
        rowStarts(size);
        line("        for (int next = 0; next < depth; next += " + size + ") {");
        line("            // The last block ends with the last step, and repeats some of the one before.");
        line("            int p = Math.min(next, depth - " + size + ");");
        String transposed = block(size, twoSources);
        line("            int target = toAt + p * height;");
        for (int step = 0; step < size; step++) {
            line("            " + transposed.formatted(step) + ".intoArray(to, target" + times(step, "height") + ");");
        }
        line("        }");
        line("    }");
        line("");
        line("""
                    /// Adds products with `x` to the sums of up to %1$d rows, a chain for each, for `depth` steps of
                    /// k, a multiple of %1$d. There are %1$d sums; those past the rows are undefined.
                    static void multiply(float[] from, int at, int stride, int rows, int depth, float[] x,
                            float[] sums) {
                        int last = rows - 1;
                """.formatted(size).stripTrailing());
        out.append(masks);
        rowStarts(size);
        line("        FloatVector sum = FloatVector.fromArray(SPECIES, sums, 0);");
        line("        for (int p = 0; p < depth; p += " + size + ") {");
        block(size, twoSources);
        for (int step = 0; step < size; step++) {
            line("            sum = " + transposed.formatted(step) + ".fma(FloatVector.broadcast(SPECIES, x[p + " + step
                    + "]), sum);");
        }
        line("        }");
        line("        sum.intoArray(sums, 0);");
        line("    }");
        line("}");
        return out.toString();
    }

    private void rowStarts(int size) {
        for (int row = 1; row < size; row++) {
            line("        int row" + row + " = Math.min(" + row + ", last) * stride;");
        }
    }

    /// Loads a block of rows at step p and transposes it.
    ///
    /// @return a format of the vector of one step, given its number
    private String block(int size, boolean twoSources) {
        String vector = twoSources ? "IntVector" : "FloatVector";
        for (int row = 0; row < size; row++) {
            line("            " + vector + " a" + row + " = FloatVector.fromArray(SPECIES, from, at + p"
                    + (row == 0 ? "" : " + row" + row) + ")" + (twoSources ? ".reinterpretAsInts();" : ";"));
        }
        char from = 'a';
        for (int distance = size / 2; distance >= 1; distance /= 2) {
            char to = (char) (from + 1);
            for (int row = 0; row < size; row++) {
                boolean upper = (row & distance) == 0;
                String first = "" + from + (row & ~distance);
                String second = "" + from + (row | distance);
                String value = twoSources
                        ? (upper ? "UPPER" : "LOWER") + distance + ".selectFrom(" + first + ", " + second + ")"
                        : upper ? second + ".rearrange(BACK" + distance + ").blend(" + first + ", low" + distance + ")"
                        : second + ".blend(" + first + ".rearrange(FORTH" + distance + "), low" + distance + ")";
                line("            " + vector + " " + to + row + " = " + value + ";");
            }
            from = to;
        }
        return from + "%d" + (twoSources ? ".reinterpretAsFloats()" : "");
    }

    /// The distances of the rounds but the last, in words.
    private static String distances(int size) {
        StringBuilder words = new StringBuilder();
        for (int distance = size / 2; distance > 1; distance /= 2) {
            words.append(distance).append(distance > 2 ? ", " : " and ");
        }
        return words.toString();
    }

    private void line(String text) {
        out.append(text);
        if (!text.endsWith("\n")) {
            out.append('\n');
        }
    }
}
