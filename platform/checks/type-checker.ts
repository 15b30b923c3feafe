import path from 'node:path';
import ts from 'typescript';

/** Type-checks one tree again and again while single files change; only what a change touches is looked at. */
export interface TypeChecker {
  /** The errors of the tree as it is on the disk now. */
  errors(): readonly string[];
}

/** Opens the checker over the tsconfig.json of a folder. The first question costs as much as a whole `tsc`. */
export function openTypeChecker(root: string): TypeChecker {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => fail(problem) },
  )!;
  const options: ts.CompilerOptions = {
    ...config.options,
    noEmit: true,
    incremental: true,
    tsBuildInfoFile: path.join(root, 'node_modules', '.cache', 'sabotage.tsbuildinfo'),
  };
  const host = ts.createIncrementalCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, { text: string | undefined; file: ts.SourceFile | undefined }>();
  // what is installed does not change; of our own files those that say the same as before are not parsed again
  host.getSourceFile = (name, ...more) => {
    const text = name.includes('/node_modules/') ? undefined : ts.sys.readFile(name);
    const known = parsed.get(name);
    if (known && known.text === text) return known.file;
    const file = parse(name, ...more);
    parsed.set(name, { text, file });
    return file;
  };
  let program: ts.SemanticDiagnosticsBuilderProgram | undefined;
  return {
    errors: () => {
      program = ts.createSemanticDiagnosticsBuilderProgram(config.fileNames, options, host, program);
      return [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()].map((problem) => sentence(root, problem));
    },
  };
}

function fail(problem: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
}

function sentence(root: string, problem: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(problem.messageText, ' ');
  if (!problem.file || problem.start === undefined) return text;
  const { line } = problem.file.getLineAndCharacterOfPosition(problem.start);
  return `${path.relative(root, problem.file.fileName)}:${line + 1} ${text}`;
}
