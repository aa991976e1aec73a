import { expect, test } from 'vitest'
import { integerOption, keyValueOptions, parseArguments } from '../../../src/cli/arguments.ts'
import { UsageError } from '../../../src/cli/command.ts'

const options = { name: { type: 'string' }, json: { type: 'boolean' } } as const

test('options and arguments come in any order', () => {
  const { values, positionals } = parseArguments(['a', '--json', 'b', '--name=x'], options, 2)

  expect({ ...values }).toEqual({ json: true, name: 'x' })
  expect(positionals).toEqual(['a', 'b'])
})

test.each([
  [['--nme', 'x'], "Unknown option '--nme'."],
  [['-x'], "Unknown option '-x'."],
  [['--name'], "Option '--name <value>' argument missing."],
  [['--json=yes'], "Option '--json' does not take an argument."],
  [['a', 'b'], '"b" is one argument too many.'],
])('%j is refused in one sentence', (args, sentence) => {
  expect(() => parseArguments(args, options, 1)).toThrow(new UsageError(sentence))
})

test('a value that looks like an option is refused in one line', () => {
  expect(() => parseArguments(['--name', '--json'], options)).toThrow(
    /^Option '--name' argument is ambiguous\.$/,
  )
})

test('integers are those of the range, and nothing else', () => {
  expect(integerOption('--brokers', undefined, 1, 9)).toBeUndefined()
  expect(integerOption('--brokers', '1', 1, 9)).toBe(1)
  expect(integerOption('--brokers', '9', 1, 9)).toBe(9)
})

test.each(['0', '10', '-1', '1.5', '1e0', '0x1', '', ' 1', 'three'])(
  '%j is no integer from 1 to 9',
  (text) => {
    expect(() => integerOption('--brokers', text, 1, 9)).toThrow(
      `--brokers takes a whole number from 1 to 9, not "${text}".`,
    )
  },
)

test('key=value pairs may have anything in the value', () => {
  expect(keyValueOptions('--set', ['a=1', 'b=', 'c=x=y z'])).toEqual({ a: '1', b: '', c: 'x=y z' })
})

test.each([
  [['a'], '--set takes key=value, not "a".'],
  [['=1'], '--set takes key=value, not "=1".'],
  [['a=1', 'a=2'], '--set has a twice.'],
])('%j are no key=value pairs', (pairs, sentence) => {
  expect(() => keyValueOptions('--set', pairs)).toThrow(new UsageError(sentence))
})
