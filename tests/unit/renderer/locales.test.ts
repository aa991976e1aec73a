import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../../src/renderer/locales/en.ts'
import { languageOf } from '../../../src/renderer/locales/i18n.ts'
import { ko } from '../../../src/renderer/locales/ko.ts'

const ROOT = 'src/renderer'

/** `create.name` → its text. That both languages have the same keys, the compiler has checked. */
function textsOf(messages: object, prefix = ''): [key: string, text: string][] {
  return Object.entries(messages).flatMap(([name, value]: [string, string | object]) =>
    typeof value === 'string'
      ? [[prefix + name, value] as [string, string]]
      : textsOf(value, `${prefix}${name}.`),
  )
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/gu) ?? [])].sort()

const english = new Map(textsOf(en))
const korean = textsOf(ko)

function sources(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(vue|ts)$/u.test(file))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
}

describe('texts', () => {
  it.each(korean)('have the same places for values in both languages: %s', (key, text) => {
    expect(placeholders(text)).toEqual(placeholders(english.get(key) ?? ''))
  })

  it('are there for every key that the window uses', () => {
    const used = sources().flatMap((source) =>
      [...source.matchAll(/\bt\('([\w.-]+)'/gu)].map(([, key]) => key),
    )
    expect(used.length).toBeGreaterThan(50)
    expect(used.filter((key) => !english.has(key ?? ''))).toEqual([])
  })

  it('have Korean in Korean, but for names, values and units, which are as in English', () => {
    const without = korean.filter(([, text]) => !/[가-힣]/u.test(text))
    const sentences = without.filter(([, text]) => (text.match(/[A-Za-z]{2,}/gu) ?? []).length > 3)
    expect(sentences).toEqual([])
    expect(
      without.filter(([key, text]) => text !== english.get(key) && key !== 'settings.languages.en'),
    ).toEqual([])
  })

  it('are the only texts: no component has words of its own', () => {
    const own = sources().flatMap((source) => {
      const [, template = ''] = /<template>([\s\S]*)<\/template>/u.exec(source) ?? []
      const words =
        template.replace(/<!--[\s\S]*?-->|\{\{[\s\S]*?\}\}/gu, '').match(/>[^<>]*[A-Za-z]{2,}[^<>]*</gu) ?? []
      return words.map((text) => text.trim())
    })
    expect(own.filter((text) => text.includes('=>') === false && !/^>\s*Ottla/u.test(text))).toEqual([])
  })
})

describe('the language', () => {
  it.each([
    ['system', 'ko-KR', 'ko'],
    ['system', 'KO', 'ko'],
    ['system', 'de-DE', 'en'],
    ['en', 'ko-KR', 'en'],
    ['ko', 'en-US', 'ko'],
  ] as const)('for the choice %s on a system in %s is %s', (choice, system, language) => {
    expect(languageOf(choice, system)).toBe(language)
  })
})
