import com.sun.source.util.JavacTask;
import java.io.File;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Checks the syntax of a file whose libraries are missing. */
class Parse {
    public static void main(String[] args) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        var files = compiler.getStandardFileManager(found, null, null);
        var task = (JavacTask) compiler.getTask(null, files, found, List.of(), null, files.getJavaFileObjects(new File(args[0])));
        task.parse();
        for (var d : found.getDiagnostics()) {
            System.err.println(d);
        }
        if (found.getDiagnostics().stream().anyMatch(d -> d.getKind() == Diagnostic.Kind.ERROR)) {
            System.exit(1);
        }
    }
}
