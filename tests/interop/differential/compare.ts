import type { Plain } from './normalise.ts'

/** What was seen at each step of a scenario. */
export type Seen = Record<string, Plain>

export interface Difference {
  /** `scenario / step / field.0.field`. */
  at: string
  kafka: string
  ottla: string
}

/** Ottla may explain an error where Kafka says nothing, but never the other way round. */
const SENTENCE = '<a sentence>'
export const ABSENT = 'absent'

export function differencesBetween(scenario: string, kafka: Seen, ottla: Seen): Difference[] {
  const unplayed = ottla['cannot be played without APIs']
  if (unplayed !== undefined) return [{ at: `${scenario} / served`, kafka: 'yes', ottla: textOf(unplayed) }]
  const steps = [...new Set([...Object.keys(kafka), ...Object.keys(ottla)])]
  return steps.flatMap((step) => compare(`${scenario} / ${step}`, ' / ', kafka[step], ottla[step]))
}

function compare(
  at: string,
  joint: string,
  kafka: Plain | undefined,
  ottla: Plain | undefined,
): Difference[] {
  if (isTree(kafka) && isTree(ottla)) {
    const names = [...new Set([...Object.keys(kafka), ...Object.keys(ottla)])]
    return names.flatMap((name) =>
      compare(`${at}${joint}${name}`, '.', childOf(kafka, name), childOf(ottla, name)),
    )
  }
  const [theirs, ours] = [textOf(kafka), textOf(ottla)]
  const isSame = theirs === ours || (theirs === 'null' && ours === JSON.stringify(SENTENCE))
  return isSame ? [] : [{ at, kafka: theirs, ottla: ours }]
}

function isTree(value: Plain | undefined): value is Plain[] | { [name: string]: Plain } {
  return typeof value === 'object' && value !== null
}

function childOf(tree: Plain[] | { [name: string]: Plain }, name: string): Plain | undefined {
  return Array.isArray(tree) ? tree[Number(name)] : tree[name]
}

function textOf(value: Plain | undefined): string {
  return value === undefined ? ABSENT : JSON.stringify(value)
}
