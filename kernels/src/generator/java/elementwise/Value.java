// SPDX-License-Identifier: Apache-2.0
package elementwise;

/// An expression of the generated code: its text, and whether it is a vector, a mask, or the same in all lanes.
record Value(String text, Kind kind) {

    enum Kind { UNIFORM, UNIFORM_BITS, VECTOR, BITS, MASK }

    boolean isUniform() {
        return kind == Kind.UNIFORM || kind == Kind.UNIFORM_BITS;
    }
}
