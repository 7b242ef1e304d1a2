// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.contract.GemmContract;
import org.lanewise.kernels.contract.KernelsContract;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Projects that hold kernels of their own to the published suite, with the dependency that CONTRIBUTING.md shows: the
/// suite runs, passes what is right in any words, and fails what is wrong.
@Tag("outside")
class ContractSuiteTest {

    private static final Page README = Page.of("README.md");
    private static final Page CONTRIBUTING = Page.of("CONTRIBUTING.md");
    private static final String VECTOR_API = "-vector-api";

    @Test
    void theSuitePassesOtherWordsAndFailsOtherBits() throws Exception {
        OutsideProject project = OutsideProject.create("contract", CONTRIBUTING.blocks("xml"));
        String example = addExample(project);
        try (Stream<Path> files = Files.walk(Path.of("src", "consumers"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                project.writeClass("src/test/java", Files.readString(file));
            }
        }
        passes(project, example, "example.RewordedTest");
        failsOneUlpOff(project);
    }

    @Test
    void theSuiteRunsOnTheModulePath() throws Exception {
        OutsideProject project = OutsideProject.create("contract-module",
                Stream.of(README, CONTRIBUTING).flatMap(page -> page.blocks("xml").stream()).toList());
        project.write("src/main/java/module-info.java", ReadmeTest.moduleInfo());
        for (String program : README.blocks("java")) {
            project.writeClass("src/main/java", program);
        }
        String example = addExample(project);
        passes(project, example);
        for (String mode : List.of("", VECTOR_API)) {
            String modulePath = property(report(project, example + mode), "jdk.module.path");
            assertTrue(modulePath.contains("lanewise-kernels-") && modulePath.contains("lanewise-nn-"), modulePath);
        }
    }

    private static String addExample(OutsideProject project) throws IOException {
        assertEquals(1, CONTRIBUTING.blocks("java").size(), "examples in CONTRIBUTING.md");
        return project.writeClass("src/test/java", CONTRIBUTING.blocks("java").getFirst());
    }

    private static void passes(OutsideProject project, String... tests) throws Exception {
        OutsideProject.Run run = project.maven("test");
        assertEquals(0, run.exitCode(), run.toString());
        for (String test : tests) {
            for (String mode : List.of("", VECTOR_API)) {
                Element report = report(project, test + mode);
                assertEquals(tests(KernelsContract.class), number(report, "tests"), run.toString());
                assertEquals(0, number(report, "skipped"), run.toString());
            }
        }
        assertEquals(2, run.toString().split("Using incubator modules", -1).length,
                "one JVM of two with the Vector API: " + run);
    }

    private static void failsOneUlpOff(OutsideProject project) throws Exception {
        OutsideProject.Run run = project.maven("test", "-Dtest=OneUlpOffCheck");
        assertNotEquals(0, run.exitCode(), run.toString());
        Element report = report(project, "example.OneUlpOffCheck");
        assertEquals(tests(GemmContract.class), number(report, "tests"), run.toString());
        assertEquals(0, number(report, "errors"), run.toString());
        NodeList cases = report.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            boolean failed = test.getElementsByTagName("failure").getLength() > 0;
            assertTrue(failed || !test.getAttribute("name").contains("HaveTheReferencesBits"), run.toString());
        }
    }

    private static int tests(Class<?> contract) {
        return (int) Arrays.stream(contract.getMethods()).filter(method -> method.isAnnotationPresent(Test.class))
                .count();
    }

    private static int number(Element report, String attribute) {
        return Integer.parseInt(report.getAttribute(attribute));
    }

    private static Element report(OutsideProject project, String test)
            throws IOException, ParserConfigurationException, SAXException {
        Path file = project.folder().resolve("target", "surefire-reports", "TEST-" + test + ".xml");
        assertTrue(Files.exists(file), "nothing ran: there is no " + file);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    }

    private static String property(Element report, String name) {
        NodeList properties = report.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (property.getAttribute("name").equals(name)) {
                return property.getAttribute("value");
            }
        }
        throw new AssertionError("the report has no property " + name);
    }
}
