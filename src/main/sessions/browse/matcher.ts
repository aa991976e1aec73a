import { createContext, Script } from 'node:vm'
import { FailureError } from '../../../shared/channel/failure.ts'
import type { TextFilter } from '../../../shared/ipc/browse.ts'
import { ByteSearch } from './byte-search.ts'
import type { RecordWalker } from './record-walker.ts'
import { NULL } from './record-walker.ts'

/** Looks at the record a walker stands on. */
export interface Matcher {
  /** False only when none of a batch's records can match: saves going through them. Null when it can't tell. */
  batchMayMatch: ((bytes: Buffer) => boolean) | null
  /** Throws where a record can't be looked at. */
  matches(walker: RecordWalker): boolean
}

const EVERYTHING: Matcher = { batchMayMatch: null, matches: () => true }

/** Throws INVALID_FILTER for an expression that isn't one. */
export function matcherOf(filter: TextFilter | null): Matcher {
  if (!filter) return EVERYTHING
  if (filter.regex) return regexMatcher(filter)
  const letters = filter.text.replaceAll(/[\0-\x7f]/gu, '')
  const plain = filter.matchCase || letters.toLowerCase() === letters.toUpperCase()
  return plain ? byteMatcher(filter) : foldingMatcher(filter)
}

/** Bytes only: for text whose case, if ignored, is ASCII's alone. */
function byteMatcher({ text, matchCase, fields }: TextFilter): Matcher {
  const search = new ByteSearch(text, matchCase)
  const bytes = Buffer.from(text)
  return {
    // Node's own search is vectorized, but knows no case to ignore.
    batchMayMatch: matchCase
      ? (batch) => batch.includes(bytes)
      : (batch) => search.indexIn(batch, 0, batch.length) >= 0,
    matches: (walker) =>
      anyField(walker, fields, (start, end) => search.indexIn(walker.bytes, start, end) >= 0),
  }
}

/** For É and é, or К and к: each field is decoded, which is slower. */
function foldingMatcher({ text, fields }: TextFilter): Matcher {
  const wanted = text.toLowerCase()
  return {
    batchMayMatch: null,
    matches: (walker) =>
      anyField(walker, fields, (start, end) =>
        walker.bytes.toString('utf8', start, end).toLowerCase().includes(wanted),
      ),
  }
}

const REGEX_TIMEOUT_MS = 50
/** As long as it may take together before each is watched. */
const UNWATCHED_CHARACTERS = 2_000

/**
 * An expression may need longer than the universe has on an unlucky text, and nothing can stop it from outside: so
 * long texts are tried in a context that is given up after a moment.
 */
function regexMatcher({ text, matchCase, fields }: TextFilter): Matcher {
  const expression = compile(text, matchCase)
  const context = createContext({ expression, text: '' })
  const script = new Script('expression.test(text)')
  const isRisky = /[*+}].*[*+}]/u.test(text)

  const test = (candidate: string): boolean => {
    if (!isRisky && candidate.length < UNWATCHED_CHARACTERS) return expression.test(candidate)
    context['text'] = candidate
    try {
      return script.runInContext(context, { timeout: REGEX_TIMEOUT_MS }) as boolean
    } catch (error) {
      throw new Error(`The expression takes more than ${REGEX_TIMEOUT_MS} ms on this record.`, {
        cause: error,
      })
    }
  }
  return {
    batchMayMatch: null,
    matches: (walker) =>
      anyField(walker, fields, (start, end) => test(walker.bytes.toString('utf8', start, end))),
  }
}

function compile(text: string, matchCase: boolean): RegExp {
  try {
    return new RegExp(text, matchCase ? 'u' : 'iu')
  } catch (error) {
    throw new FailureError(
      {
        code: 'INVALID_FILTER',
        message: error instanceof Error ? `${error.message}.` : String(error),
        remedy: 'Correct the expression, or search for it as plain text.',
      },
      error,
    )
  }
}

function anyField(
  walker: RecordWalker,
  { key, value, headers }: TextFilter['fields'],
  test: (start: number, end: number) => boolean,
): boolean {
  if (key && walker.keyEnd !== NULL && test(walker.keyStart, walker.keyEnd)) return true
  if (value && walker.valueEnd !== NULL && test(walker.valueStart, walker.valueEnd)) return true
  if (!headers || walker.headerCount === 0) return false
  let found = false
  walker.headers((nameStart, nameEnd, valueStart, valueEnd) => {
    found ||= test(nameStart, nameEnd) || (valueEnd !== NULL && test(valueStart, valueEnd))
  })
  return found
}
