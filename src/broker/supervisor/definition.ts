import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { directoryError, systemCode } from './failures.ts'
import { replaceFile } from './replace-file.ts'
import { ClusterError } from './types.ts'
import type { BrokerDefinition, ClusterDefinition, LeavingBroker } from './types.ts'

const FILE_NAME = 'cluster.json'

/** Reads `cluster.json`; null where the folder is no cluster. ClusterError `DIRECTORY` where it can't be read. */
export function readClusterDefinition(directory: string): ClusterDefinition | null {
  const path = join(directory, FILE_NAME)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return null
    throw directoryError(path, error)
  }
  return parse(path, text)
}

/** Writes `cluster.json` so that a crash leaves either the old file or the new one, never a half of one. */
export function writeClusterDefinition(directory: string, definition: ClusterDefinition): void {
  const path = join(directory, FILE_NAME)
  try {
    mkdirSync(directory, { recursive: true })
    replaceFile(path, `${JSON.stringify(definition, null, 2)}\n`)
  } catch (error) {
    throw directoryError(path, error)
  }
}

/** Names become folder names, so what is allowed is what every file system takes. ClusterError `INVALID_NAME`. */
export function checkClusterName(name: string): void {
  const problem = nameProblem(name)
  if (problem === null) return
  throw new ClusterError({
    code: 'INVALID_NAME',
    message: `The cluster's name ${problem}.`,
    remedy: 'Use 1 to 40 letters, digits, dots, underscores and hyphens, as in "local" or "team-a.v2".',
  })
}

function nameProblem(name: string): string | null {
  if (name === '') return 'is empty'
  if (name.length > 40) return `has ${name.length} characters, and 40 is the most`
  const wrong = /[^A-Za-z0-9._-]/u.exec(name)
  if (wrong) return `has the character ${JSON.stringify(wrong[0])}, which is not allowed`
  // "." and ".." are folders already, and Windows drops a dot at the end.
  if (name.endsWith('.')) return 'ends with a dot'
  return null
}

function parse(path: string, text: string): ClusterDefinition {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw damaged(path, 'it is no JSON', error)
  }
  if (!isObject(value)) throw damaged(path, 'it is no object')
  if (value.formatVersion !== 1) {
    throw new ClusterError({
      code: 'DIRECTORY',
      message: `${path} has format version ${String(value.formatVersion)}, and this Ottla knows version 1.`,
      remedy: 'Open the cluster with the newer Ottla which wrote it.',
    })
  }
  const { name, clusterId, createdAtMs, brokers, config, leaving = [] } = value
  if (typeof name !== 'string') throw damaged(path, '"name" is no string')
  if (typeof clusterId !== 'string') throw damaged(path, '"clusterId" is no string')
  if (typeof createdAtMs !== 'number') throw damaged(path, '"createdAtMs" is no number')
  if (!Array.isArray(brokers) || brokers.length === 0) throw damaged(path, '"brokers" lists no broker')
  if (!brokers.every(isBroker)) throw damaged(path, '"brokers" has an entry which is no broker')
  if (!isObject(config) || !isStrings(config)) throw damaged(path, '"config" does not map names to strings')
  if (!Array.isArray(leaving) || !leaving.every(isLeavingBroker)) {
    throw damaged(path, '"leaving" does not list brokers')
  }
  const definition: ClusterDefinition = { formatVersion: 1, name, clusterId, createdAtMs, brokers, config }
  return leaving.length === 0 ? definition : { ...definition, leaving }
}

function damaged(path: string, what: string, cause?: unknown): ClusterError {
  return new ClusterError(
    {
      code: 'DIRECTORY',
      message: `${path} is damaged: ${what}.`,
      remedy: 'Restore it from a copy, or create a cluster in another folder.',
    },
    cause,
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStrings(value: Record<string, unknown>): value is Record<string, string> {
  return Object.values(value).every((each) => typeof each === 'string')
}

function isBroker(value: unknown): value is BrokerDefinition {
  return (
    isObject(value) &&
    Number.isInteger(value.id) &&
    Number.isInteger(value.port) &&
    (value.rack === null || typeof value.rack === 'string')
  )
}

function isLeavingBroker(value: unknown): value is LeavingBroker {
  return isObject(value) && Number.isInteger(value.brokerId) && typeof value.allowFewerReplicas === 'boolean'
}
