import { join, resolve } from 'node:path'
import { checkClusterName, clustersDirectory } from '../broker/index.ts'
import { UsageError } from './command.ts'

/** The options which say which cluster is meant, the same for every command. */
export const folderOptions = {
  name: { type: 'string' },
  data: { type: 'string' },
} as const

export const folderHelp = `  --name NAME    the cluster's name: a folder of this name among your clusters (default "local")
  --data DIR     the cluster's folder, wherever it is`

export const DEFAULT_NAME = 'local'

/** The folder of the cluster that is meant, whether or not it is there. */
export function clusterFolder(values: { name?: string | undefined; data?: string | undefined }): string {
  if (values.data === '') throw new UsageError('--data takes a folder, not "".')
  const name = values.name ?? DEFAULT_NAME
  checkClusterName(name)
  return values.data === undefined ? join(clustersDirectory(), name) : resolve(values.data)
}
