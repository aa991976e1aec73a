#!/usr/bin/env node
import { run } from './run.ts'

// A reader that goes away early (`ottla status | head -1`) is its own business, and no reason to stop a cluster.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
