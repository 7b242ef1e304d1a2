// SPDX-License-Identifier: Apache-2.0
package elementwise;

/// What an expression is: a Java expression as text, and whether it is a vector, a mask, or the same in all lanes.
record Value(String text, Kind kind) {

    enum Kind { UNIFORM, UNIFORM_BITS, VECTOR, BITS, MASK }

    boolean isUniform() {
        return kind == Kind.UNIFORM || kind == Kind.UNIFORM_BITS;
    }
}
