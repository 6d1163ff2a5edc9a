import type { Contact } from './contact.js'

/**
 * Twenty people to start with.
 *
 * Their ids are fixed: whoever presses the button on two devices gets twenty contacts, not forty.
 */
export const sampleContacts: readonly Contact[] = [
  [
    'Ada Lovelace',
    'Analytical Engines',
    '+44 20 7946 0001',
    'ada@engines.example',
    'Wrote the first program.',
  ],
  ['Akira Tanaka', 'Blue Harbour', '+81 3 5550 0102', 'akira@harbour.example', ''],
  [
    'Amélie Dvořák',
    'Dawn Bakery',
    '+33 1 55 50 01 03',
    'amelie@dawn.example',
    'Croissants on Thursdays.',
  ],
  ['Björn Åkesson', 'Fjord Shipping', '+46 8 555 010 04', 'bjorn@fjord.example', ''],
  ['Chiara Rossi', 'Iris Optics', '+39 06 5550 0105', 'chiara@iris.example', ''],
  [
    'Fatima Abdi',
    'Half Moon Radio',
    '+252 61 555 0106',
    'fatima@halfmoon.example',
    'On air at noon.',
  ],
  ['Grace Hopper', 'Gravity Lab', '+1 202 555 0107', 'grace@gravity.example', 'Found the moth.'],
  [
    'Hedy Lamarr',
    'Half Moon Radio',
    '+43 1 5550 108',
    'hedy@halfmoon.example',
    'Frequency hopping.',
  ],
  ['Ibrahim Oğuz', 'Copper & Sons', '+90 212 555 01 09', 'ibrahim@copper.example', ''],
  ['João Fernández', 'Juniper Press', '+351 21 555 0110', 'joao@juniper.example', ''],
  [
    'Katarzyna Wójcik',
    'Elm Street Books',
    '+48 22 555 01 11',
    'kasia@elm.example',
    'Prefers letters.',
  ],
  ['Kwame Mbeki', 'Gravity Lab', '+233 30 555 0112', 'kwame@gravity.example', ''],
  ['Leïla Usman', 'Iris Optics', '+234 1 555 0113', 'leila@iris.example', ''],
  ['Nguyễn Thị Nguyệt', 'Blue Harbour', '+84 24 5550 114', 'nguyet@harbour.example', ''],
  ['نور الهاشمي', 'Juniper Press', '+962 6 555 0115', 'noor@juniper.example', 'Translates poetry.'],
  ['Ólafur Jensen', 'Fjord Shipping', '+354 555 0116', 'olafur@fjord.example', ''],
  ['Priya Nair', 'Dawn Bakery', '+91 11 5550 0117', 'priya@dawn.example', ''],
  [
    'Radia Perlman',
    'Elm Street Books',
    '+1 617 555 0118',
    'radia@elm.example',
    'I think that I shall never see / A graph more lovely than a tree.',
  ],
  ['Søren Bianchi', 'Copper & Sons', '+45 55 50 01 19', 'soren@copper.example', ''],
  ['דנה לוי', 'Analytical Engines', '+972 3 555 0120', 'dana@engines.example', ''],
].map(([name = '', company = '', phone = '', email = '', notes = ''], index) => ({
  id: `sample-${String(index + 1).padStart(2, '0')}`,
  name,
  company,
  phone,
  email,
  notes,
}))
