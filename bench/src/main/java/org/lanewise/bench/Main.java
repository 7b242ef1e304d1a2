// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.result.CompareCommand;
import org.lanewise.bench.result.ReportCommand;
import org.lanewise.bench.run.RunCommand;
import org.lanewise.bench.start.StartCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The benchmarks' command line: run, start, report, compare.
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Benchmarks of Lanewise and its peers.",
        subcommands = {RunCommand.class, StartCommand.class, ReportCommand.class, CompareCommand.class})
public final class Main {

    private Main() {
    }

    /// Ends the JVM with the command's exit code: 0 for success, 1 for a finding, 2 for a wrong command line.
    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((exception, command, _) -> {
            command.getErr().println(exception);
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        System.exit(commandLine.execute(arguments));
    }
}
