/**
 * A scenario file: faults that are there from the beginning, and steps with their time.
 *
 *     faults:
 *       - rule: { api: Produce, topic: orders, next: 3, error: NOT_LEADER_OR_FOLLOWER }
 *     steps:
 *       - at: 5s
 *         freeze: { broker: 2 }
 *         for: 10s
 *       - at: 20s
 *         kill: 1
 *         for: 5s
 */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { FaultSpec } from '../../faults/spec.ts'
import { ClusterError } from '../types.ts'
import { FaultProblem } from './check.ts'
import { faultOfWord, faultWords } from './entry.ts'
import type { FaultWord } from './entry.ts'

export type ScenarioAction =
  | { type: 'fault'; spec: FaultSpec }
  | { type: 'kill' | 'stop' | 'start'; brokerId: number }
  /** Every fault goes. */
  | { type: 'clear' }

export interface ScenarioStep {
  atMs: number
  action: ScenarioAction
  /** When it ends by itself: the fault goes, the broker starts again. Null: it stays. */
  forMs: number | null
  line: number
}

export interface Scenario {
  faults: FaultSpec[]
  steps: ScenarioStep[]
}

type Path = (string | number)[]
type Fields = Record<string, unknown>

const brokerWords = ['kill', 'stop', 'start'] as const
const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const WORDS = [...faultWords, ...brokerWords, 'clear']

/**
 * ClusterError `INVALID_SCENARIO` with the line.
 * @param name of the file, for the message
 */
export function parseScenario(text: string, name: string): Scenario {
  const reader = new ScenarioReader(text, name)
  return reader.read()
}

/** One fault in the same words, as in `{ cut: 1-2 }`. Throws FaultProblem. */
export function parseFaultEntry(text: string): FaultSpec {
  const value: unknown = parseDocument(text).toJS()
  const fields = typeof value === 'object' && value !== null ? (value as Fields) : {}
  const [word, ...more] = Object.keys(fields)
  const known = faultWords.find((each) => each === word)
  if (known === undefined || more.length > 0) {
    throw new FaultProblem(
      '',
      'This is not one fault',
      `Write one of ${faultWords.join(', ')}, as in {cut: 1-2}`,
    )
  }
  return faultOfWord(known, fields[known])
}

class ScenarioReader {
  readonly #name: string
  readonly #lines = new LineCounter()
  readonly #document: Document

  constructor(text: string, name: string) {
    this.#name = name
    this.#document = parseDocument(text, { lineCounter: this.#lines })
  }

  read(): Scenario {
    const [error] = this.#document.errors
    if (error !== undefined) {
      const cause = error.message.split('\n')[0]?.replace(/ at line .*$/u, '') ?? 'it is no YAML'
      throw this.#problem(this.#lines.linePos(error.pos[0]).line, cause, 'Correct the YAML')
    }
    const root: unknown = this.#document.toJS() ?? {}
    if (!isFields(root))
      throw this.#problem(1, 'A scenario has "faults" and "steps"', 'Begin with one of them')
    for (const key of Object.keys(root)) {
      if (key === 'faults' || key === 'steps') continue
      throw this.#problem(this.#lineOf([key]), `A scenario has no "${key}"`, 'It takes faults and steps')
    }
    return {
      faults: this.#list(root, 'faults').map((entry, index) => this.#fault(entry, ['faults', index])),
      steps: this.#list(root, 'steps').map((entry, index) => this.#step(entry, ['steps', index])),
    }
  }

  #list(root: Fields, key: string): Fields[] {
    const list = root[key] ?? []
    if (Array.isArray(list) && list.every(isFields)) return list
    throw this.#problem(this.#lineOf([key]), `"${key}" is no list`, 'Begin each of its entries with "- "')
  }

  #fault(entry: Fields, path: Path): FaultSpec {
    const keys = Object.keys(entry)
    const word = faultWords.find((each) => each === keys[0])
    if (word === undefined || keys.length > 1) {
      throw this.#problem(
        this.#lineOf(path),
        keys.length > 1 ? 'This entry has more than one fault' : 'This is no fault',
        `Write one of ${faultWords.join(', ')}`,
      )
    }
    return this.#specOf(word, entry[word], path)
  }

  #specOf(word: FaultWord, value: unknown, path: Path): FaultSpec {
    try {
      return faultOfWord(word, value)
    } catch (error) {
      if (!(error instanceof FaultProblem)) throw error
      const line = this.#lineOf([...path, word, error.field], this.#lineOf([...path, word]))
      throw this.#problem(line, error.reason, error.remedy)
    }
  }

  #step(entry: Fields, path: Path): ScenarioStep {
    const line = this.#lineOf(path)
    const words = Object.keys(entry).filter((key) => key !== 'at' && key !== 'for')
    const [word = ''] = words
    if (words.length !== 1 || !WORDS.includes(word)) {
      const cause = words.length === 0 ? 'This step does nothing' : `"${words.join('", "')}" is no step`
      throw this.#problem(
        words.length === 0 ? line : this.#lineOf([...path, word]),
        cause,
        `Write one of ${WORDS.join(', ')}`,
      )
    }
    if (entry['at'] === undefined) throw this.#problem(line, 'This step has no time', 'Add "at: 5s"')
    const lasts = entry['for'] !== undefined
    if (lasts && (word === 'start' || word === 'clear')) {
      throw this.#problem(this.#lineOf([...path, 'for']), `"${word}" does not last`, 'Leave "for" out')
    }
    return {
      atMs: this.#duration(entry['at'], [...path, 'at']),
      action: this.#action(word, entry[word], path),
      forMs: lasts ? this.#duration(entry['for'], [...path, 'for']) : null,
      line,
    }
  }

  #action(word: string, value: unknown, path: Path): ScenarioAction {
    const fault = faultWords.find((each) => each === word)
    if (fault !== undefined) return { type: 'fault', spec: this.#specOf(fault, value, path) }
    const act = brokerWords.find((each) => each === word)
    if (act === undefined) return { type: 'clear' }
    const brokerId = isFields(value) ? value['broker'] : value
    if (typeof brokerId === 'number' && Number.isInteger(brokerId) && brokerId >= 0)
      return { type: act, brokerId }
    throw this.#problem(this.#lineOf([...path, word]), `"${word}" names no broker`, `Write it as ${word}: 2`)
  }

  #duration(value: unknown, path: Path): number {
    const match = /^(?<number>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)$/u.exec(String(value).replaceAll(' ', ''))
    const { number = '', unit = '' } = match?.groups ?? {}
    if (match !== null) return Math.round(Number(number) * (UNITS[unit] ?? 1))
    throw this.#problem(
      this.#lineOf(path),
      `"${String(value)}" is no time`,
      'Write it with its unit: 500ms, 5s, 2m',
    )
  }

  /** Of an entry of a list, or of a key. */
  #lineOf(path: Path, otherwise = 1): number {
    const parent: unknown = this.#document.getIn(path.slice(0, -1), true)
    const last = path.at(-1)
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
      : undefined
    const node: unknown = pair === undefined ? this.#document.getIn(path, true) : pair.key
    if (!isNode(node) || node.range === undefined || node.range === null) return otherwise
    return this.#lines.linePos(node.range[0]).line
  }

  #problem(line: number, cause: string, remedy: string): ClusterError {
    return new ClusterError({
      code: 'INVALID_SCENARIO',
      message: `${this.#name}, line ${line}: ${cause}.`,
      remedy: `${remedy}.`,
    })
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
