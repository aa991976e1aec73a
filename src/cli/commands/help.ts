import { parseArguments } from '../arguments.ts'
import { ExitCode, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { commands } from '../commands.ts'

export const help: Command = {
  help: `Usage: ottla help [command]

Shows what a command does and the options it takes.
`,

  async run(args, terminal) {
    const { positionals } = parseArguments(args, {}, 1)
    const [name] = positionals
    terminal.out(name === undefined ? overview() : await commandHelp(name))
    return ExitCode.ok
  },
}

export function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return `Usage: ottla <command> [options]

A Kafka-compatible cluster of several brokers on this machine.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

Options:
  --help     show this help, or a command's
  --version  show the version

Exit codes:
  0  done
  1  it failed; a sentence on standard error says why and what helps
  2  the command line is wrong
  3  the cluster is not running

Try "ottla help up".
`
}

async function commandHelp(name: string): Promise<string> {
  const entry = commands.find((each) => each.name === name)
  if (!entry) throw new UsageError(`There is no command "${name}".`)
  return (await entry.load()).help
}
