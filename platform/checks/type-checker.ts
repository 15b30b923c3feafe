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
  let program: ts.SemanticDiagnosticsBuilderProgram | undefined;
  return {
    errors: () => {
      const host = ts.createIncrementalCompilerHost(options);
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
