// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The lines that the kernels log while this is open, which then go nowhere else.
public final class LogLines extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("org.lanewise.kernels");
    private final List<String> lines = new ArrayList<>();

    public LogLines() {
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    public synchronized List<String> all() {
        return List.copyOf(lines);
    }

    @Override
    public synchronized void publish(LogRecord line) {
        lines.add(line.getMessage());
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
