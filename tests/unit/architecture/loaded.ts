import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import ts from 'typescript'

/** Packages that a program loads when it starts: by imports of values, from module to module, dynamic ones left out. */
export function packagesLoadedBy(entry: string): Set<string> {
  const packages = new Set<string>()
  const files = new Set([entry])
  // A set grows while it is gone through: every file is visited once.
  for (const file of files) {
    for (const specifier of valueImportsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier))
      else packages.add(specifier)
    }
  }
  return packages
}

export function valueImportsOf(text: string): string[] {
  const { statements } = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest)
  return statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly
    const isExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly
    if (!isImport && !isExport) return []
    const specifier = statement.moduleSpecifier
    return specifier && ts.isStringLiteral(specifier) ? [specifier.text] : []
  })
}
