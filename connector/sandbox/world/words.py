"""Which invented names, titles, subjects and places is a world written with?"""

from __future__ import annotations

HEADS = (
    "Amber", "Anvil", "Aspen", "Basalt", "Beacon", "Birch", "Bright", "Brook", "Calder", "Cedar", "Cinder", "Clover",
    "Cobalt", "Copper",
    "Coral", "Crest", "Dapple", "Delta", "Drift", "Dune", "Elder", "Ember", "Fallow", "Fern", "Flint", "Fox",
    "Frost", "Garnet", "Glen",
    "Granite", "Grove", "Harbor", "Hawk", "Hazel", "Heather", "Heron", "Indigo", "Iron", "Ivory", "Jasper",
    "Juniper", "Kestrel", "Lark",
    "Laurel", "Linden", "Lumen", "Maple", "Marsh", "Meadow", "Merle", "Mica", "Moss", "North", "Oak", "Ochre",
    "Onyx", "Opal", "Orchard",
    "Otter", "Pearl", "Pine", "Plover", "Quarry", "Quill", "Raven", "Reed", "Ridge", "Rowan", "Saffron", "Sage",
    "Silver", "Slate",
    "Sorrel", "Spruce", "Summit", "Tawny", "Thistle", "Umber", "Violet", "Willow",
)  # fmt: skip
TAILS = (
    "acre", "arc", "bay", "beck", "bend", "berg", "bloom", "borough", "bridge", "brow", "burn", "by", "cairn",
    "cape", "cliff", "combe",
    "court", "cove", "croft", "dale", "dell", "den", "down", "edge", "fell", "field", "firth", "fjord", "fold",
    "ford", "forge", "gate",
    "glade", "hall", "ham", "haven", "head", "helm", "hill", "holm", "holt", "hurst", "keep", "land", "lea", "line",
    "loch", "lock",
    "lough", "mark", "mere", "mill", "moor", "mount", "nest", "peak", "point", "pool", "port", "quay", "reach",
    "rise", "rock", "row",
    "sand", "shaw", "shore", "side", "spire", "stead", "stone", "strand", "thorpe", "vale", "wald", "watch", "water",
    "way", "well", "wick",
)  # fmt: skip
FIELDS = (  # what a company does -> its industry, as the standard picklist spells it
    ("Systems", "Technology"), ("Software", "Technology"), ("Data", "Technology"), ("Cloud", "Technology"),
    ("Robotics", "Technology"),
    ("Analytics", "Technology"), ("Security", "Technology"), ("Foods", "Food & Beverage"), ("Beverages",
    "Food & Beverage"),
    ("Bakeries", "Food & Beverage"), ("Logistics", "Transportation"), ("Freight", "Transportation"), ("Mobility",
    "Transportation"),
    ("Shipping", "Shipping"), ("Bank", "Banking"), ("Capital", "Finance"), ("Leasing", "Finance"), ("Insurance",
    "Insurance"),
    ("Mutual", "Insurance"), ("Health", "Healthcare"), ("Clinics", "Healthcare"), ("Medical", "Healthcare"),
    ("Biotech", "Biotechnology"),
    ("Genomics", "Biotechnology"), ("Energy", "Energy"), ("Solar", "Energy"), ("Wind", "Energy"), ("Utilities",
    "Utilities"),
    ("Water Works", "Utilities"), ("Steel", "Manufacturing"), ("Tools", "Manufacturing"), ("Plastics", "Manufacturing"),
    ("Motors", "Manufacturing"), ("Textiles", "Manufacturing"), ("Chemicals", "Chemicals"), ("Coatings", "Chemicals"),
    ("Construction", "Construction"), ("Timber", "Construction"), ("Engineering", "Engineering"), ("Instruments",
    "Engineering"),
    ("Media", "Media"), ("Publishing", "Media"), ("Stores", "Retail"), ("Outfitters", "Retail"), ("Furniture",
    "Retail"),
    ("Telecom", "Telecommunications"), ("Networks", "Telecommunications"), ("Consulting", "Consulting"), ("Academy",
    "Education"),
    ("Travel", "Hospitality"),
)  # fmt: skip
COUNTRIES = (  # country, language of its people, share, legal forms, cities
    (
        "United States",
        "en",
        0.42,
        ("Inc.", "LLC", "Corp.", ""),
        ("Columbus", "Denver", "Austin", "Boston", "Portland", "Raleigh"),
    ),
    ("United Kingdom", "en", 0.14, ("Ltd", "plc", ""), ("Leeds", "Bristol", "Manchester", "Reading")),
    ("Germany", "de", 0.16, ("GmbH", "AG", "GmbH & Co. KG"), ("Hamburg", "München", "Köln", "Leipzig", "Nürnberg")),
    ("France", "fr", 0.10, ("SA", "SAS", ""), ("Lyon", "Nantes", "Lille", "Toulouse")),
    ("Spain", "es", 0.07, ("S.L.", "S.A."), ("Valencia", "Bilbao", "Sevilla", "Málaga")),
    ("Netherlands", "en", 0.06, ("B.V.", "N.V."), ("Utrecht", "Eindhoven", "Rotterdam")),
    ("Canada", "en", 0.05, ("Ltd.", "Inc."), ("Ottawa", "Halifax", "Calgary")),
)
REGIONS = (
    "Deutschland", "Iberia", "France", "UK", "Nordics", "Americas", "Benelux", "Italia", "Polska", "Asia Pacific",
    "Schweiz", "Österreich",
    "Midwest", "West", "South", "Canada", "Holding", "Services", "Research", "Digital", "Labs", "Ventures",
    "Trading", "International",
)  # fmt: skip
FIRST_NAMES = {
    "en": ("Alice", "Ben", "Carla", "Derek", "Ella", "Frank", "Grace", "Harold", "Irene", "Jack", "Kara", "Liam",
    "Maya", "Nathan",
           "Olive", "Priya", "Quentin", "Rosa", "Samir", "Tessa", "Umar", "Vera", "Wesley", "Yara", "Zoë", "Mei",
           "Kofi", "Ingrid"),
    "de": ("Anna", "Bernd", "Claudia", "Dirk", "Elke", "Felix", "Greta", "Hannes", "Ilse", "Jürgen", "Katrin",
    "Lars", "Monika",
           "Nils", "Petra", "Rainer", "Sabine", "Torsten", "Uwe", "Volker", "Wiebke", "Jörg", "Ayşe", "Björn"),
    "fr": ("Aline", "Bruno", "Chloé", "Denis", "Élise", "Fabien", "Gaëlle", "Hugo", "Inès", "Julien", "Laure",
    "Mathieu", "Noémie",
           "Olivier", "Pascale", "Rémi", "Sylvie", "Thibault", "Valérie", "Yves"),
    "es": ("Alba", "Bruno", "Carmen", "Diego", "Elena", "Fermín", "Gloria", "Hugo", "Inés", "Javier", "Lucía",
    "Manuel", "Nuria",
           "Óscar", "Pilar", "Raúl", "Sofía", "Teresa", "Úrsula", "Víctor"),
}  # fmt: skip
LAST_NAMES = {
    "en": ("Abbott", "Barlow", "Castle", "Dalton", "Ellery", "Fenwick", "Garrow", "Hobday", "Ingram", "Jessop",
    "Kirby", "Lomax",
           "Marlow", "Norcott", "O'Dell", "Penrose", "Quayle", "Ransome", "Selwyn", "Tilbury", "Underhill",
           "Vickery", "Wardle",
           "Yardley", "Okafor", "Banerjee", "Lindqvist", "Nakata", "Van Dorn", "St. Clair"),
    "de": ("Ahrens", "Brandt", "Clasen", "Dreyer", "Eggers", "Fink", "Gebhardt", "Hübner", "Immel", "Jansen",
    "Köhler", "Lüders",
           "Möller", "Nolte", "Oehler", "Preuß", "Reimers", "Schäfer", "Thiele", "Ullrich", "Vogt", "Wulff", "Zabel",
           "von Ahlen"),
    "fr": ("Arnaud", "Blanchet", "Carlier", "Delmas", "Escoffier", "Fabre", "Giraud", "Hébert", "Jacquet", "Lacroix",
    "Marchal",
           "Noël", "Perrin", "Renaud", "Sabatier", "Tellier", "Vasseur", "de la Tour"),
    "es": ("Aguilar", "Bravo", "Cano", "Díaz", "Esteban", "Fuentes", "Gallego", "Herrera", "Ibáñez", "Lozano",
    "Marín", "Núñez",
           "Ortega", "Peña", "Rueda", "Sáez", "Toledo", "Vidal"),
}  # fmt: skip
TITLES: dict[str, tuple[tuple[str, ...], ...]] = {  # language -> seniority -> titles as people write them
    "en": (
        ("Software Engineer", "Data Analyst", "Accountant", "Account Executive", "Marketing Specialist", "Buyer",
        "Systems Administrator",
         "HR Business Partner", "Research Associate", "Executive Assistant to the CEO", "Legal Counsel",
         "Solutions Architect", "Intern",
         "Business Analyst", "Support Engineer", "Sales Development Representative", "Controller", "DevOps Engineer"),
        ("IT Manager", "Marketing Manager", "Finance Manager", "Procurement Manager", "Operations Manager",
        "Sales Manager", "HR Manager",
         "Engineering Manager", "Team Lead, Data", "Product Manager", "Project Manager",
         "Manager of Information Security"),
        ("Director of IT", "Director, Marketing", "Finance Director", "Head of Procurement",
        "Director of Operations", "Sales Director",
         "Head of People", "Senior Director Engineering", "Head of Data & Analytics", "Director Product Management"),
        ("VP Engineering", "Vice President, Marketing", "VP Finance", "SVP Operations", "VP of Sales",
        "Vice President Human Resources",
         "EVP Strategy", "VP Information Technology", "Regional Vice President"),
        ("CEO", "Chief Financial Officer", "CTO", "CIO", "Chief Marketing Officer", "COO", "Founder & CEO", "President",
         "Chief Information Security Officer", "Chief People Officer", "Managing Director", "Owner"),
    ),
    "de": (
        ("Sachbearbeiterin Einkauf", "Softwareentwickler", "Referent Marketing", "Systemadministrator",
        "Assistentin der Geschäftsführung",
         "Controller", "Vertriebsmitarbeiter", "Personalreferentin"),
        ("Teamleiter IT", "Marketingmanagerin", "Gruppenleiter Finanzen", "Projektleiterin",
        "Vertriebsleiter Region Nord"),
        ("Leiter IT", "Bereichsleiterin Einkauf", "Leiterin Finanzen", "Abteilungsleiter Produktion",
        "Leiter Personal"),
        ("Hauptabteilungsleiter IT", "Prokurist", "VP Vertrieb"),
        ("Geschäftsführer", "Geschäftsführerin", "Kaufmännischer Leiter (CFO)", "Vorstand", "Inhaber"),
    ),
    "fr": (
        ("Acheteuse", "Développeur", "Chargée de marketing", "Assistante de direction", "Comptable",
        "Ingénieur systèmes"),
        ("Responsable informatique", "Chef de projet", "Responsable achats", "Responsable marketing"),
        ("Directeur informatique", "Directrice financière", "Directeur des achats", "DSI", "DRH"),
        ("Vice-président ventes", "Directrice générale adjointe"),
        ("PDG", "Directeur général", "Directrice générale", "Gérant"),
    ),
    "es": (
        ("Analista", "Comprador", "Técnica de sistemas", "Asistente de dirección", "Contable"),
        ("Responsable de compras", "Jefe de proyecto", "Jefa de marketing", "Responsable de TI"),
        ("Director de sistemas", "Directora financiera", "Director de operaciones", "Directora de recursos humanos"),
        ("Vicepresidente comercial",),
        ("Director general", "Consejera delegada", "Gerente"),
    ),
}  # fmt: skip
ROLES = ("Influencer", "Evaluator", "Economic Buyer", "Decision Maker", "Executive Sponsor")  # by seniority
FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "gmx.de", "web.de", "orange.fr", "hotmail.com")
OWN_DOMAIN = "northlight.example"
OWN_TITLES = (
    "Account Executive",
    "Sales Development Representative",
    "Customer Success Manager",
    "Sales Engineer",
    "Sales Manager",
)

TOPICS = (
    "quarterly planning", "pilot scope", "security questionnaire", "pricing", "integration with the ERP",
    "next steps", "your question",
    "rollout in two regions", "renewal", "reference customers", "data residency", "training for key users",
    "API limits", "contract draft",
    "onboarding plan", "budget for next year", "audit findings", "migration from the old tool", "SLA",
    "team workshop", "executive summary",
    "proof of value", "Angebot und Laufzeit", "Datenschutz (DSGVO)", "calendrier du projet", "propuesta económica",
)  # fmt: skip
MEETINGS = (
    "Discovery call", "Product demo", "Technical deep dive", "Quarterly business review", "Pricing discussion",
    "Security review",
    "Executive briefing", "Project kick-off", "Workshop on site", "Check-in", "Proposal walk-through",
    "Contract review",
)  # fmt: skip
ASSETS = (
    "Buyer's guide to account data", "Benchmark report", "Checklist: clean CRM", "ROI calculator",
    "White paper: privacy by design",
    "Case study: logistics", "Case study: insurance", "Product sheet", "Migration handbook", "State of the market",
)  # fmt: skip
WEBINARS = (
    "Forecasting without spreadsheets", "Live product tour", "Ask an engineer", "Planning season",
    "Clean data in ten steps",
    "What buyers do before they talk", "Security hour", "Customer stories",
)  # fmt: skip
NOTES = (
    "Left a short message.", "Good talk, wants numbers by Friday.",
    "Asked about \"single sign-on\", pricing, and support hours.",
    "Line 1: budget is open\nLine 2: decision in spring", "Très intéressé, rappeler après les vacances.",
    "Möchte Angebot für 3 Standorte.",
    "Will loop in the CFO, see mail; comma, quote \" and emoji 🚀.", "Not the right person, asked for a referral.",
)  # fmt: skip
