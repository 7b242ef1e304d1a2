// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/// The one place where a contract looks at what a refusal says.
final class Refusals {

    private Refusals() {
    }

    /// Asserts that a call is refused with an exception of a type and with a message.
    ///
    /// @param contract says whether the message must be the reference's
    /// @param message what the reference says
    static void assertRefused(FamilyContract contract, Class<? extends Exception> type, String message,
            Executable call) {
        String actual = assertThrows(type, call).getMessage();
        if (contract.speaksAsTheReference()) {
            assertEquals(message, actual);
        } else {
            String what = type.getSimpleName() + " where the reference says '" + message + "'";
            assertNotNull(actual, "no message: " + what);
            assertFalse(actual.isBlank(), "an empty message: " + what);
        }
    }
}
