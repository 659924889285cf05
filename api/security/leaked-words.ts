/**
 * The most common words in passwords, in several languages. Taken from lists of leaked passwords, without digits and offensive words, in
 * lower case.
 */
export const leakedWords: ReadonlySet<string> = new Set(
  `
  abcd access accord account action adam adidas admin administrator adrian agent agents airborne airplane alabama alaska albert alex
  alexander alexis alicia alison allison alpha always alyssa amanda amazon amber america american amor amore amour anderson andre andrea
  andrew andrey android angel angela angels animal anna anthony antonio apache apollo apple apples april arizona arnold arsenal arthur
  asdf ashley august austin australia autumn avalon avatar awesome azerty baby babygirl badger bailey banana bandit barbara barcelona
  barney baseball basketball batman baxter bayern bear beatles beauty beer benjamin berlin bigboy bigdog bigmac bigman bigred bill billy
  billybob birdie birthday bishop black blazer blink blizzard blue blume bobafett bobby bond bonita bonjour bonnie boogie boomer boston
  bowling bradley brandon brandy braves bravo brazil brenda brian britney brittany bronco broncos brooke brooklyn brother brutus bubba
  bubbles buddy buffalo burton business buster butterfly caesar calling calls calvin camaro cameron canada candy captain cardinal carlos
  carmen carolina caroline carrie carter cartman casper catch celtic champion chance change changeit changeme charles charlie cheese
  chelsea cherokee cherry chester chevelle chevy cheyenne chicago chicken china chocolat chopper chouchou chris christmas chronic ciao
  claire claudia client clinton cobra cocacola coffee college colorado company compaq computer connie connor contrasena contrasenya
  cookie cool cooper copper corazon corvette cougar courtney cowboy cowboys crazy creative credit credits cricket crystal customer daddy
  dakota dallas dancer danger daniel danielle darkness darkside darkstar dave david debbie december default defender delta demo denise
  dennis denver destiny detroit deutschland dexter dezember diablo diamond dienstag diesel digger digital disney doctor dodgers doggie
  dolphin dolphins domino donald donkey donnerstag dortmund doudou douglas dragon dreamer dreams driver drowssap drummer ducati dude
  duke duncan eagle eagles easter eclipse edward einstein electric elephant elvis email eminem empire engel engineer england enigma
  enter eric espana estate estrella eugene europe everton example explorer extreme facebook falcon fall familie family fantasy father
  februar february fender ferrari fire fireball firebird fireman fish fisher fishing flash florida flower flowers fluffy flyers football
  ford forest forever france francis frank frankie franklin fred freddie freddy free freedom freitag friday friend friends froggy
  fruehling fussball future gabriel galina galore gandalf garcia garden garfield gateway gators geheim gemini general genesis genius
  george georgia germany giants gibson ginger girl godzilla golden golf golfer good google gordon gracie green greenday gregory guest
  guinness guitar hallo hamburg hammer hannah happy hard harley harrison harvey hawaii heather heaven hellfire hello helpme hendrix
  herbst hercules hiphop hiver hockey hola holiday home homer honda honey horse horses house houston howard hummer hund hunter iceman
  iloveyou india indian infinity instagram internet inverno invierno iphone ireland ironman italia jack jackie jackson jaguar jake james
  januar january japan jasmine jason jasper jeff jeffrey jennifer jenny jeremy jessica jessie jester jimmy john johnny jonathan jones
  jordan joseph joshua juli july june juni junior jupiter justice justin juventus karina katana katze kawasaki kelly kenneth kennwort
  kermit kevin kimberly king kirill kitten kitty knight kodiak kramer kristen kristina lacrosse lakers lasvegas lauren lawrence lawyer
  leather legend lente leslie letme letmein liberty liebe lifehack lincoln linkedin lion little liverpool lizard login logitech london
  louise love lovely loveme loves loveyou loving lucky madison madmax madonna madrid maerz maggie magic magnum maksim march marcus maria
  marina marine mark marley marshall martin marvin maryjane master matrix matt matthew maverick maximus maxwell melanie melissa member
  mercedes mercury merlin metallic metallica mexico michael michele michelle michigan mickey microsoft midnight mike milano miller mine
  minecraft minutes miranda mitchell mittwoch mobile molly monday money monica monkey monster montag montana mookie morgan morris
  motdepasse mother motorola mountain mozart muenchen murphy music mustang mutter napoli naruto nascar nastya natali natalie natasha
  nathan nelson nemesis netflix newport newyork nicholas nicole nikita nintendo nirvana nissan norman nothing november october office
  oksana oktober oliver olivia omega online open orange oscar outlaw packers pakistan pamela pandora pantera panther panthers panzer
  paradise paris parker parola pass passport password passwort patches patricia patrick patriots paul pavilion paypal peaches penguin
  people pepper perfect peter phantom phoenix phone picard pickle pirate platinum player please pokemon police polina pontiac poohbear
  pookie popcorn porsche portal power predator pretty prince princess printemps private public pumpkin puppy purple pyramid queen
  querida qweasd qwer rabbit rachel racing raider raiders rainbow ranger rangers raptor rascal raymond rebecca reddog redhead redskins
  redsox redwings reggie remember richard robbie robert rock rocket rocky roland rolltide ronald ronaldo rooster root rosebud runner
  rush ruslan russell russia sabrina saints samantha sammy sample samson samstag samsung samuel sandman sandra sarah sasha saturday
  saturn scarface schalke schatz school scooby scooter scorpio scorpion scotland scott scotty secret security senha september serenity
  sergey service sesame shadow shaggy shannon sharon shelby shorty sierra silver simon simone simple simpson simpsons sister skipper
  skippy skyline slipknot smith smooth snickers sniper snoopy snowball snowman soccer softball soldier soleil sommer sonne sonntag
  sophie sparky spencer spider spiderman spirit spitfire spooky sports spotify spring stalker stanley star stargate startrek starwars
  steelers stella stephen sterling steve steven stingray stinky strike student stupid sublime success sugar summer sunday sunset
  sunshine super superman support surfer suzuki svetlana sweet swimming sydney system tarheels taurus taylor teacher teamo telephone
  temporary tennis teresa test tester testing therock thomas thunder thursday tiffany tiger tigers tigger time timothy tinker together
  tomcat tommy toyota travis trevor trinity trooper trouble tucker tuesday turkey turtle tweety twitter unicorn united user vacation
  valentin vampire vanessa vater vegeta verano veronica victor victoria victory viking vikings vincent viper vision vladimir voetbal
  voice voodoo voyager wachtwoord walker wallace walter warcraft warrior water website wednesday welcome welkom westside whatever
  whatsapp white wildcat wildcats william williams willie willkommen willow wilson windows winner winston winter wizard wolf wolfpack
  wolves wombat word xavier yamaha yankee yankees yellow youtube zachary zeppelin zombie zomer zxcv
  `
    .trim()
    .split(/\s+/),
);
