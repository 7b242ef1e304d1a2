// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

/// What a model does on a data set.
///
/// @param loss the objective over the whole set
/// @param accuracy share of examples whose largest output is at their label; NaN for a regression
/// @param confusion number of examples by label (row) and largest output (column); empty for a regression
public record Evaluation(double loss, double accuracy, int[][] confusion) {
}
