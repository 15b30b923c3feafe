// Who may import whom (docs/decisions and CONTRIBUTING tell why). `npm run check:bite` breaks each rule once by its name.
//   kit ← workflows ← plugins ← apps      kit ← core ← apps, cli, testing      kit ← ui ← plugins' pages, apps
const TESTS = '(^|/)test/|\\.test\\.tsx?$';
// What a plugin offers to tests, its own and those of others.
const FOR_TESTS = '^plugins/[^/]+/testing\\.ts$';
const GENERATED = '(^|/)generated/';
const PACKAGES = '^(platform|plugins|apps|workflows|bench)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module. A cycle of types alone costs nothing at run time and is allowed.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'imports-lead-somewhere',
      comment: 'The import cannot be resolved: the file is gone, or the package is not installed.',
      severity: 'error',
      from: { pathNot: GENERATED },
      to: { couldNotResolve: true },
    },
    {
      name: 'kit-stands-alone',
      comment: 'Everything stands on the kit; it stands on nothing of ours.',
      severity: 'error',
      from: { path: '^platform/kit/', pathNot: TESTS },
      to: { path: PACKAGES, pathNot: '^platform/kit/' },
    },
    {
      name: 'workflows-know-the-kit-only',
      comment: 'A business process is a pure function over facts: it knows the kit and its own folder.',
      severity: 'error',
      from: { path: '^workflows/', pathNot: TESTS },
      to: { path: PACKAGES, pathNot: '^(workflows|platform/kit)/' },
    },
    {
      name: 'workflow-code-is-pure',
      comment:
        "Workflow code imports @portico/kit, @portico/kit/workflow, @temporalio/workflow, its own folder, and types: it runs in Temporal's sandbox and is replayed.",
      severity: 'error',
      from: { path: '^workflows/|^plugins/[^/]+/workflows/', pathNot: TESTS },
      to: {
        dependencyTypesNot: ['type-only'],
        pathNot: '^workflows/|^plugins/[^/]+/workflows/|^platform/kit/(index|workflow)\\.ts$|node_modules/@temporalio/workflow/',
      },
    },
    {
      name: 'core-knows-the-kit-only',
      comment: 'The engine serves plugins and apps without knowing any of them.',
      severity: 'error',
      from: { path: '^platform/core/', pathNot: TESTS },
      to: { path: PACKAGES, pathNot: '^platform/(core|kit)/' },
    },
    {
      name: 'ui-knows-the-kit-only',
      comment: 'Components know no engine and no feature.',
      severity: 'error',
      from: { path: '^platform/ui/', pathNot: TESTS },
      to: { path: PACKAGES, pathNot: '^platform/(ui|kit)/' },
    },
    {
      name: 'platform-knows-no-plugin',
      comment: 'The platform finds plugins through their manifests; nothing of it imports one, tests included.',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^plugins/' },
    },
    {
      name: 'apps-know-no-plugin',
      comment: 'Only the generated shims import pages of plugins.',
      severity: 'error',
      from: { path: '^apps/', pathNot: GENERATED },
      to: { path: '^plugins/' },
    },
    {
      name: 'nobody-imports-an-app',
      comment: 'An app is the last to import; the command line starts apps as programs.',
      severity: 'error',
      from: { path: PACKAGES, pathNot: '^apps/' },
      to: { path: '^apps/' },
    },
    {
      name: 'plugins-know-kit-ui-and-workflows',
      comment: 'A plugin has no door that a stranger’s plugin lacks: kit, ui, business processes, and the api.ts of other plugins.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: `${TESTS}|${FOR_TESTS}` },
      to: { path: PACKAGES, pathNot: '^(platform/(kit|ui)|workflows|plugins)/' },
    },
    {
      name: 'plugin-enters-plugin-by-api',
      comment: 'A plugin imports another plugin’s api.ts only; its tests, what the other offers to tests.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^plugins/', pathNot: '^plugins/$1/|^plugins/[^/]+/(api|testing)\\.ts$' },
    },
    {
      name: 'testing-in-tests-only',
      comment: 'The test kit, and what a plugin offers to tests, never reaches the product.',
      severity: 'error',
      from: { pathNot: `${TESTS}|${FOR_TESTS}|^platform/testing/|^bench/|^vitest\\.config\\.ts$` },
      to: { path: `^platform/testing/|${FOR_TESTS}` },
    },
    {
      name: 'pages-navigate-by-ui',
      comment: 'Pages import Link, Form and hooks from @portico/ui/navigation, so that the router can be replaced in one place.',
      severity: 'error',
      from: { path: '^plugins/.*\\.tsx?$' },
      to: { path: 'node_modules/(@remix-run|react-router|react-router-dom)/' },
    },
    {
      name: 'pages-stay-in-the-browser',
      comment: 'A page imports its server half, rows and the kit’s server side as types only.',
      severity: 'error',
      from: { path: '^plugins/.*\\.tsx$', pathNot: TESTS },
      to: {
        dependencyTypesNot: ['type-only'],
        path: '^platform/(kit/server|core/)|\\.(server|queries|model|routes)\\.ts$|node_modules/(pg|knex|objection)/|^(node:)?(fs|path|crypto|http|net|child_process)$',
      },
    },
    {
      name: 'database-by-the-core',
      comment: 'Only the core, the command line, tests and the bench speak to Postgres by themselves: a plugin goes through tx.',
      severity: 'error',
      from: { path: '^(plugins|workflows|apps|platform/(kit|ui))/', pathNot: TESTS },
      to: { path: 'node_modules/(pg|pg-copy-streams|knex)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'packages-enter-by-their-exports',
      comment: 'A file of another package is imported by the package’s name, through its exports map, not by a relative path.',
      severity: 'error',
      from: { path: '^(platform|plugins|apps)/([^/]+)/', pathNot: GENERATED },
      to: { dependencyTypes: ['local'], path: PACKAGES, pathNot: '^$1/$2/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(platform|plugins|apps)/[^/]+/(dist|build)/|^(workflows|bench)/(dist|build)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['portico-source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    skipAnalysisNotInRules: true,
  },
};
