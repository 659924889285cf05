interface Package {
  name: string;
  creditsMillis: number;
  priceCents: number;
  currency: 'EUR' | 'GBP';
  popular?: boolean;
}

/** Rights and prices of one plan; all prices in milli-credits. */
interface Plan {
  name: string;
  centsPer100Credits: number;
  currency: 'EUR' | 'GBP';
  freeMillis: number;
  rounding: { by: 'second' | 'minute' };
  customAmount: { minMillis: number; maxMillis: number };
  numbers: { country: string; type: 'local' | 'mobile' | 'toll_free'; setupMillis: number; monthlyMillis: number }[];
  knowledge: { fileMillis: number; textMillis: number; urlMillis: number; freeItems: number };
  features: string[];
  limits: { numbers: number; sources: number; storageBytes: number };
}

/** Settings of a demo agency, and the pages of its own site. */
export interface DemoAgencyData {
  name: string;
  slug: string;
  plan: Plan;
  /** Plans other than the first. */
  plans: (Plan & { id: string; summary: string; priceMillis: number })[];
  packages: readonly [Package, ...Package[]];
  minutesMillis: number;
  /** The notice that replaces its widgets while the portal is closed; open by default. */
  portal?: { active: false; notice: string };
  /** Its brand, with pages on its own site. */
  brandAt: (site: string) => Record<string, string>;
  /** Names and titles of its site's pages. */
  pages: Readonly<Record<string, string>>;
}
