import type { NumberType } from './objects.ts';

/** The origin of numbers: their prefix after the country code, and the number of digits after that. */
export interface Place {
  prefix: string;
  digits: number;
  locality: string | null;
  region: string | null;
  postalCode: string | null;
  latitude: string | null;
  longitude: string | null;
}

type Row = readonly [prefix: string, locality: string, region: string, postalCode: string, latitude: string, longitude: string];

/** In North America numbers with 555 in the middle belong to nobody. */
const american = (rows: readonly Row[]): Place[] => rows.map((row) => place([`${row[0]}555`, ...row.slice(1)] as unknown as Row, 4));

const place = ([prefix, locality, region, postalCode, latitude, longitude]: Row, digits: number): Place => ({
  prefix,
  digits,
  locality,
  region,
  postalCode,
  latitude,
  longitude,
});

const nowhere = (digits: number, ...prefixes: string[]): Place[] =>
  prefixes.map((prefix) => ({ prefix, digits, locality: null, region: null, postalCode: null, latitude: null, longitude: null }));

/** Most are ranges that regulators reserve for films and examples, so that nobody's phone is meant. */
export const places: Record<string, Partial<Record<NumberType, Place[]>>> = {
  US: {
    local: american([
      ['415', 'San Francisco', 'CA', '94102', '37.779', '-122.419'],
      ['212', 'New York', 'NY', '10001', '40.750', '-73.997'],
      ['312', 'Chicago', 'IL', '60601', '41.886', '-87.618'],
      ['310', 'Los Angeles', 'CA', '90001', '33.974', '-118.249'],
      ['206', 'Seattle', 'WA', '98101', '47.610', '-122.336'],
      ['512', 'Austin', 'TX', '78701', '30.271', '-97.743'],
      ['617', 'Boston', 'MA', '02108', '42.357', '-71.065'],
      ['305', 'Miami', 'FL', '33125', '25.779', '-80.239'],
      ['303', 'Denver', 'CO', '80202', '39.751', '-104.997'],
      ['702', 'Las Vegas', 'NV', '89101', '36.172', '-115.122'],
    ]),
    'toll-free': nowhere(4, '800555', '833555', '844555', '855555', '866555', '877555', '888555'),
  },
  CA: {
    local: american([
      ['416', 'Toronto', 'ON', 'M5H', '43.650', '-79.383'],
      ['514', 'Montreal', 'QC', 'H2Y', '45.507', '-73.554'],
      ['604', 'Vancouver', 'BC', 'V6B', '49.278', '-123.119'],
    ]),
    'toll-free': nowhere(4, '800555', '855555'),
  },
  GB: {
    local: [
      place(['207946', 'London', 'England', 'EC1A', '51.520', '-0.097'], 4),
      place(['1214960', 'Birmingham', 'England', 'B1', '52.479', '-1.908'], 3),
      place(['1614960', 'Manchester', 'England', 'M1', '53.477', '-2.230'], 3),
      place(['1314960', 'Edinburgh', 'Scotland', 'EH1', '55.953', '-3.188'], 3),
      place(['1174960', 'Bristol', 'England', 'BS1', '51.450', '-2.595'], 3),
    ],
    mobile: nowhere(3, '7700900'),
    national: nowhere(3, '3069990'),
    'toll-free': nowhere(3, '8081570'),
  },
  DE: {
    local: [
      place(['3023125', 'Berlin', 'Berlin', '10115', '52.532', '13.384'], 3),
      place(['4066969', 'Hamburg', 'Hamburg', '20095', '53.551', '10.001'], 3),
      place(['8999998', 'Munich', 'Bavaria', '80331', '48.136', '11.573'], 3),
      place(['2214710', 'Cologne', 'North Rhine-Westphalia', '50667', '50.938', '6.957'], 3),
      place(['6990009', 'Frankfurt', 'Hesse', '60311', '50.110', '8.682'], 3),
    ],
    mobile: nowhere(4, '1522881'),
    national: nowhere(4, '3222555'),
    'toll-free': nowhere(4, '800555'),
  },
  FR: {
    local: [
      place(['19900', 'Paris', 'Île-de-France', '75001', '48.862', '2.336'], 4),
      place(['46571', 'Marseille', "Provence-Alpes-Côte d'Azur", '13001', '43.299', '5.381'], 4),
      place(['53649', 'Toulouse', 'Occitanie', '31000', '43.604', '1.444'], 4),
    ],
    mobile: nowhere(4, '63998'),
    national: nowhere(4, '97555'),
    'toll-free': nowhere(4, '80555'),
  },
  ES: {
    local: [
      place(['91555', 'Madrid', 'Madrid', '28001', '40.424', '-3.683'], 4),
      place(['93555', 'Barcelona', 'Catalonia', '08001', '41.380', '2.169'], 4),
    ],
    mobile: nowhere(4, '65555'),
    'toll-free': nowhere(4, '90055'),
  },
  NL: {
    local: [
      place(['20555', 'Amsterdam', 'North Holland', '1012', '52.373', '4.894'], 4),
      place(['10555', 'Rotterdam', 'South Holland', '3011', '51.922', '4.489'], 4),
    ],
    mobile: nowhere(4, '65555'),
    'toll-free': nowhere(4, '800555'),
  },
  IT: {
    local: [
      place(['06555', 'Rome', 'Lazio', '00184', '41.894', '12.494'], 4),
      place(['02555', 'Milan', 'Lombardy', '20121', '45.472', '9.192'], 4),
    ],
    'toll-free': nowhere(3, '800555'),
  },
  AU: {
    local: [
      place(['25550', 'Sydney', 'NSW', '2000', '-33.868', '151.207'], 4),
      place(['35550', 'Melbourne', 'VIC', '3000', '-37.814', '144.963'], 4),
      place(['75550', 'Brisbane', 'QLD', '4000', '-27.468', '153.028'], 4),
    ],
    mobile: nowhere(3, '491570'),
    'toll-free': nowhere(2, '18009757'),
  },
};
