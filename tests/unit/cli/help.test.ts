import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../../../src/cli/commands.ts'
import { ottla } from './terminal.ts'

const packageJson = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

test.each([['help'], ['--help'], ['-h']])(
  'ottla %s lists the commands and the exit codes',
  async (argument) => {
    const { code, out, err } = await ottla(argument)

    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'))
    expect(out).toMatch(/^ {2}3 {2}the cluster is not running$/m)
  },
)

test.each(commands.map(({ name }) => name))('ottla help %s is also what its --help says', async (name) => {
  const help = await ottla('help', name)

  expect(help).toMatchObject({ code: 0, err: '' })
  expect(help.out).toMatch(new RegExp(`^Usage: ottla ${name} .*\n( +ottla ${name} .*\n)*\n[A-Z]`))
  expect(await ottla(name, '--help')).toEqual(help)
  expect(await ottla(name, 'whatever', '-h')).toEqual(help)
})

test.each(['--version', '-v'])('ottla %s tells the version of the package', async (argument) => {
  expect(await ottla(argument)).toEqual({ code: 0, out: `ottla ${packageJson.version}\n`, err: '' })
})

test.each([
  [[], 'ottla: Which command? See "ottla help".\n'],
  [['dwon'], 'ottla: There is no command "dwon". See "ottla help".\n'],
  [['help', 'dwon'], 'ottla: There is no command "dwon". See "ottla help help".\n'],
  [['help', 'up', 'down'], 'ottla: "down" is one argument too many. See "ottla help help".\n'],
  [['up', '--broker', '3'], 'ottla: Unknown option \'--broker\'. See "ottla help up".\n'],
  [['status', 'local'], 'ottla: "local" is one argument too many. See "ottla help status".\n'],
  [['broker'], 'ottla: Kill, stop, start, add or remove? See "ottla help broker".\n'],
  [['broker', 'remove'], 'ottla: Which broker is to be removed? See "ottla help broker".\n'],
  [['broker', 'kill', '1', '--rack', 'a'], 'ottla: --rack is for "broker add". See "ottla help broker".\n'],
  [
    ['broker', 'add', '--fewer-replicas'],
    'ottla: --fewer-replicas is for "broker remove". See "ottla help broker".\n',
  ],
  [['broker', 'kill'], 'ottla: Which broker is to kill? See "ottla help broker".\n'],
])('%j is a wrong command line', async (args, err) => {
  expect(await ottla(...args)).toEqual({ code: 2, out: '', err })
})
