/// The values of generated records, all fictitious.
enum SampleValues {
  typealias Place = (country: String, code: String, continent: String, region: String, city: String)
  typealias Dialogue = (subject: String, question: String, answer: String)

  static let firstNames = words(
    in: """
      Ada Bram Cleo Dario Edda Farid Greta Hugo Imani Jonas Kaya Leif Mina Nils Odile Pavel Quinn Rosa Soren Tilda Ulla \
      Viggo Wanda Xenia Yusuf Zora Amara Basil Cora Dmitri Elif Fenna Gustav Hana Ivo Juno Kofi Liesl Milo Nadia Orson \
      Petra Rafael Selma Tariq Uma Vera Willem Yara Zeno
      """)

  static let lastNames = words(
    in: """
      Quill Okoye Marsh Thistle Bramble Larkspur Finch Holloway Ashdown Brook Calder Dunmore Eastlake Fairweather Gorse \
      Hawthorn Inkwell Juniper Kestrel Lindqvist Moss Nightingale Oakes Pemberton Quickfall Rowan Sandpiper Tamarind \
      Underhill Vantongeren Wren Yarrow Zephyr Alder Birch Clover Dell Elder Fern Glade Heath Ivory Jasper Knoll Lark
      """)

  static let companyNames = words(
    in: "Lantern Harbour Copper Juniper Meadow Granite Willow Saffron Beacon Cinder Maple Orchard Pebble Quarry Ripple "
      + "Summit Thimble Umber Velvet Walnut")

  static let companyKinds = words(
    in:
      "Analytics Bakery Cargo Dental Energy Foods Gardens Hotels Instruments Labs Logistics Media Optics Press Robotics "
      + "Software Studios Textiles Tools Works")

  static let industries = words(
    in:
      "Agriculture Construction Education Energy Finance Healthcare Hospitality Leisure Manufacturing Media Publishing "
      + "Retail Software Transport")

  static let plans = [("1", "Starter"), ("2", "Team"), ("3", "Enterprise")]

  static let places: [Place] = [
    ("Ireland", "IRL", "EU", "Dublin", "Dublin"), ("Netherlands", "NLD", "EU", "Utrecht", "Utrecht"),
    ("Germany", "DEU", "EU", "Bremen", "Bremen"), ("Spain", "ESP", "EU", "Galicia", "Vigo"),
    ("United States", "USA", "NA", "Oregon", "Portland"), ("Canada", "CAN", "NA", "Quebec", "Montreal"),
    ("Brazil", "BRA", "SA", "Parana", "Curitiba"), ("Kenya", "KEN", "AF", "Nakuru", "Nakuru"),
    ("Japan", "JPN", "AS", "Kanagawa", "Yokohama"), ("Australia", "AUS", "OC", "Tasmania", "Hobart"),
  ]

  static let browsers = [("chrome", "126.0"), ("firefox", "127.0"), ("safari", "17.5"), ("edge", "125.0")]
  static let operatingSystems = ["Windows 11", "OS X 14.5", "Linux", "iOS 17.5", "Android 14"]
  static let languages = ["en", "de", "es", "fr", "ja", "nl", "pt"]

  static let dialogues: [Dialogue] = [
    ("Invoice", "Could you send me the invoice of last month again?", "I have just sent it to your address."),
    ("Password", "The link to reset my password does not arrive.", "Please look among the spam; I sent a new one."),
    ("Export", "Is there a way to export everything as CSV?", "There is: Settings, Data, Export."),
    ("Upgrade", "We would like to move to the larger plan.", "Gladly. It is switched from today."),
    ("Delivery", "My order has not arrived yet.", "It left our warehouse on Monday, you should have it tomorrow."),
    ("Crash", "The app closes as soon as I open a report.", "Thank you for telling us. A fix comes out this week."),
    ("Seats", "How do I add a colleague to our account?", "Under Team, with the button Invite."),
    ("Refund", "I was charged twice.", "I see it, and have refunded the second charge."),
    ("Integration", "Does it work together with our calendar?", "It does; the guide is linked below."),
    ("Thanks", "Just to say that the new search is wonderful.", "That makes our day, thank you!"),
  ]

  static let followUps = [
    "That worked, thank you.", "I still see the same, I am afraid.", "Splendid!", "When will that be?",
    "Could you look again, please?",
  ]

  static let notes = ["Asked the billing team.", "Seen this twice this week.", "A very patient person.", "Known bug."]

  private static func words(in text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
