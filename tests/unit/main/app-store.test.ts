import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ClusterColours } from '../../../src/main/store/cluster-colours.ts'
import type { AppDatabase } from '../../../src/main/store/database.ts'
import { openAppDatabase } from '../../../src/main/store/database.ts'
import { migrate } from '../../../src/main/store/migrations.ts'
import { SettingsStore } from '../../../src/main/store/settings.ts'
import { StartedClusters } from '../../../src/main/store/started-clusters.ts'
import { WindowStates } from '../../../src/main/store/window-states.ts'
import { WindowTabs } from '../../../src/main/store/window-tabs.ts'

let folder: string
let file: string
let database: AppDatabase

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ottla-app-'))
  file = join(folder, 'app', 'app.db')
  database = openAppDatabase(file)
})

afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

function reopen(): void {
  database.close()
  database = openAppDatabase(file)
}

describe('settings', () => {
  it('are the defaults until they are changed, and then what they were changed to', () => {
    expect(new SettingsStore(database).read()).toEqual({ theme: 'system', language: 'system' })
    expect(new SettingsStore(database).change({ theme: 'dark' })).toEqual({
      theme: 'dark',
      language: 'system',
    })
    new SettingsStore(database).change({ language: 'ko' })
    reopen()
    expect(new SettingsStore(database).read()).toEqual({ theme: 'dark', language: 'ko' })
  })

  it.each(['"sepia"', 'not json', '7'])('count as not set where the saved value is %s', (value) => {
    database.prepare('INSERT INTO setting (name, value) VALUES (?, ?)').run('theme', value)
    database.prepare('INSERT INTO setting (name, value) VALUES (?, ?)').run('of-a-later-version', '1')
    new SettingsStore(database).change({ language: 'ko' })
    expect(new SettingsStore(database).read()).toEqual({ theme: 'system', language: 'ko' })
  })
})

describe('window states', () => {
  it('are the last ones written', () => {
    const bounds = { x: -1920, y: 24, width: 1280, height: 800 }
    const states = new WindowStates(database)
    expect(states.read('main')).toBeNull()
    states.write('main', { bounds: { ...bounds, x: 0 }, maximized: false })
    states.write('main', { bounds, maximized: true })
    reopen()
    expect(new WindowStates(database).read('main')).toEqual({ bounds, maximized: true })
  })
})

describe('cluster colours', () => {
  it('are what each cluster was given last, and kept', () => {
    const colours = new ClusterColours(database)
    colours.set('local:a', 'red')
    colours.set('remote:b', 'teal')
    colours.set('local:a', 'blue')
    reopen()
    expect(new ClusterColours(database).list()).toEqual([
      { cluster: 'local:a', colour: 'blue' },
      { cluster: 'remote:b', colour: 'teal' },
    ])
    expect(new ClusterColours(database).set('local:a', null)).toEqual([
      { cluster: 'remote:b', colour: 'teal' },
    ])
  })

  it('that nobody knows are none', () => {
    database.prepare("INSERT INTO cluster_colour VALUES ('local:a', 'ultraviolet')").run()
    expect(new ClusterColours(database).list()).toEqual([])
  })
})

describe('open tabs', () => {
  const place = { feature: 'topic', cluster: 'local:a', params: { topic: 'orders' } }
  const open = { tabs: [{ history: [place], position: 0 }], active: 0, recent: [place] }

  it('are the last ones written', () => {
    expect(new WindowTabs(database).read('main')).toBeNull()
    new WindowTabs(database).write('main', { ...open, active: 1 })
    new WindowTabs(database).write('main', open)
    reopen()
    expect(new WindowTabs(database).read('main')).toEqual(open)
  })

  it.each(['not json', '{"tabs": 7}', '{"tabs": [{"history": []}]}'])(
    'count as none where %s was saved',
    (text) => {
      database.prepare('INSERT INTO window_tabs VALUES (?, ?)').run('main', text)
      expect(new WindowTabs(database).read('main')).toBeNull()
    },
  )
})

describe('started clusters', () => {
  it('are those that were added and not removed', () => {
    const started = new StartedClusters(database)
    started.add('local')
    started.add('local')
    started.add('other')
    started.remove('other')
    started.remove('never-there')
    reopen()
    expect(new StartedClusters(database).list()).toEqual(['local'])
  })
})

describe('migrations', () => {
  it('take the steps a file lacks, each once', () => {
    const other = new Database(':memory:')
    migrate(other, ['CREATE TABLE a (x)'])
    migrate(other, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'])
    const tables = other
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
    expect(tables).toEqual(['a', 'b'])
    other.close()
  })

  it('leave the file as it was when a step fails', () => {
    const other = new Database(':memory:')
    migrate(other, ['CREATE TABLE a (x)'])
    expect(() => migrate(other, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'no SQL'])).toThrow(
      'syntax error',
    )
    expect(other.pragma('user_version', { simple: true })).toBe(1)
    expect(other.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'b'").pluck().get()).toBe(0)
    other.close()
  })

  it('refuse a file of a newer version, and say what to do', () => {
    database.pragma('user_version = 1000')
    expect(reopen).toThrow('written by a newer version of Ottla')
    database = new Database(':memory:')
  })
})
