import type { Translation } from '../dictionary.ts';
import type { runbooksEn } from '../en/runbooks.ts';

export const runbooksDe: Translation<typeof runbooksEn> = {
  'split-view.title': 'Jemand hat zwei Verläufe unterschrieben',
  'split-view.means':
    'Ein Schlüssel des Protokolls dieses Registers hat zwei Stände unterschrieben, die nicht zu einem Protokoll gehören können. Wer den Schlüssel hat, zeigt verschiedenen Leuten verschiedene Verläufe. Der Beweis steht für sich: Jeder kann ihn prüfen, ohne diesem Knoten zu trauen.',
  'split-view.did':
    'Hat den zweiten Verlauf nicht mitgezeichnet, behält den zuerst gesehenen und hat den Beweis im Ordner split-views seines Zeugen abgelegt. Er liefert weiter den Verlauf, den er hat.',
  'split-view.do':
    'Holen Sie den Beweis (die Meldung verweist darauf; die Datei liegt in witness/split-views des Datenverzeichnisses) und prüfen Sie ihn anderswo: npx careledger verify DATEI.\nSchicken Sie den Beweis allen Mitgliedern. Er nennt den Schlüssel, und der gehört einem Mitglied oder dem Betrieb des Registers.\nFragen Sie die anderen Zeugen, welchen Verlauf sie gesehen haben: /witness auf ihren Knoten.\nLöschen oder ersetzen Sie nirgends etwas: Jede Kopie ist ein Beleg.\nDie Mitglieder stimmen ab, was mit dem Inhaber des Schlüssels geschieht (Schlüssel ersetzen, Mitglied aussetzen).',
  'split-view.over':
    'Es vergeht nicht von selbst. Wenn die Mitglieder entschieden haben und der Schlüssel ersetzt ist, bewahren Sie den Beweis außerhalb des Knotens auf und entfernen ihn aus split-views; die Meldung endet mit dem nächsten Start.',

  'history-disputed.title': 'Das Register ist nicht das früher gesehene',
  'history-disputed.means':
    'Ein Zeuge, oder dieser Knoten als Zeuge, hat einen Stand des Registers mitgezeichnet, den die Blöcke hier nicht haben: Sie wurden ausgetauscht, oder die neuesten fehlen. Alles kann für sich stimmen und doch ein anderer Verlauf sein.',
  'history-disputed.did':
    'Unterschreibt keinen Stand mehr, der einem früheren widerspricht, zeichnet nichts mit, was dem Gesehenen widerspricht, und fragt die Zeugen weiter.',
  'history-disputed.do':
    'Schreiben Sie möglichst nichts mehr: Es käme auf einen umstrittenen Verlauf.\nRufen Sie npx careledger verify --all auf: Es sagt, ab welchem Block der Verlauf abweicht und wer wann was gesehen hat.\nFragen Sie, wie die Dateien des Registers hierher kamen: eine zurückgespielte Sicherung, eine getauschte Platte, ein neu eingerichteter Knoten?\nWurde eine Sicherung zurückgespielt, legen Sie die neueren Dateien zurück. Bei mehreren Validatoren: Entfernen Sie nur das Register dieses Knotens und lassen Sie ihn neu beitreten.\nHat niemand etwas zurückgespielt, behandeln Sie es als Angriff: Lassen Sie die Platte, wie sie ist, und verständigen Sie die anderen Mitglieder.',
  'history-disputed.over':
    'Die Meldung endet, wenn jeder Zeuge wieder mitzeichnet; npx careledger verify --all nennt dann alle mit dem neuesten Block.',

  'member-diverges.title': 'Ein Mitglied hat auf gleicher Höhe einen anderen Block',
  'member-diverges.means':
    'Ein Mitglied hat einen mit seinem Schlüssel unterschriebenen Stand angeboten, dessen Block nicht der hiesige dieser Höhe ist. Eines der beiden Register ist falsch: ein Fehler von Programm oder Platte, oder ein Mitglied, das lügt.',
  'member-diverges.did': 'Hat nicht mitgezeichnet und festgehalten, welcher Schlüssel unterschrieben hat. Das eigene Register ist unberührt.',
  'member-diverges.do':
    'Vergleichen Sie den Hash des Blocks dieser Höhe auf mehreren Knoten: im Explorer unter Blöcke. Der, den die meisten haben, ist der vereinbarte.\nWeicht dieser Knoten ab, rufen Sie hier npx careledger verify --all auf, entfernen dann sein Register und lassen ihn neu beitreten.\nWeicht das genannte Mitglied ab, sagen Sie es seinem Betrieb: Sein Knoten braucht dasselbe.\nGeschieht es bei heilen Platten und gleichen Versionen wieder, heben Sie beide Blockdateien auf und melden es: Das Ergebnis darf nicht von der Maschine abhängen.',
  'member-diverges.over':
    'Der nächste Stand des Mitglieds wird mitgezeichnet: Es steht unter Zeugen mit dem neuesten Block. Der Vermerk des Widerspruchs endet mit dem nächsten Start.',

  'validator-misbehaved.title': 'Ein Validator hat die Regeln der Einigung verletzt',
  'validator-misbehaved.means':
    'Die Einigung hat einen vom Validator selbst unterschriebenen Beleg, dass er auf einer Höhe für zwei Blöcke gestimmt oder einen leichten Prüfer angegriffen hat. Oft läuft derselbe Schlüssel auf zwei Maschinen.',
  'validator-misbehaved.did':
    'Hat den Beleg den anderen Validatoren gegeben; er steht in einem Block. Es geht weiter, solange mehr als zwei Drittel ehrlich sind.',
  'validator-misbehaved.do':
    'Fragen Sie die genannte Organisation, ob ihr Schlüssel zweimal läuft: ein kopierter Ordner, eine totgeglaubte Maschine.\nHalten Sie sofort eine der beiden an.\nKann es niemand erklären, ist der Schlüssel vielleicht gestohlen: Schlagen Sie vor, den Schlüssel des Validators zu ersetzen (npx careledger governance propose), und stimmen Sie ab.',
  'validator-misbehaved.over': 'Der Beleg bleibt im Register. Die Meldung endet, wenn der Validator entfernt ist oder einen anderen Schlüssel hat.',

  'ledger-halted.title': 'Es entstehen keine Blöcke',
  'ledger-halted.means':
    'Transaktionen warten, und nichts wird festgeschrieben: Zu wenige Validatoren erreichen einander, oder die Maschine der Einigung auf diesem Knoten steht. Lesen zur Behandlung geht begrenzt weiter und wird gekennzeichnet; sonst wird nichts an andere herausgegeben.',
  'ledger-halted.did': 'Behält, was wartet, beantwortet neue Transaktionen mit dem Grund und versucht, sich zu verbinden und neu zu starten.',
  'ledger-halted.do':
    'Sehen Sie unten die Validatoren an: Mehr als zwei Drittel der Stimmkraft müssen unterschreiben. Wer fehlt?\nAuf einer Maschine: npx careledger network status --home VERZEICHNIS. Sonst fragen Sie den Betrieb der fehlenden Validatoren.\nSteht die eigene Maschine der Einigung, nennt die Meldung den Grund; starten Sie den Knoten neu und lesen Sie seine Ausgabe.\nIst die Platte voll, schaffen Sie zuerst Platz (siehe disk-low).\nStarten Sie zur Aushilfe keinen zweiten Validator mit demselben Schlüssel: Er würde doppelt unterschreiben.',
  'ledger-halted.over': 'Die Höhe wächst wieder, und der neueste Abschluss ist Sekunden her.',

  'stored-data-damaged.title': 'Gespeichertes ist nicht, was geschrieben wurde',
  'stored-data-damaged.means':
    'Die Prüfung hat jede gespeicherte Fassung mit ihrem Eintrag im Protokoll, den Ankern und den Blöcken verglichen und etwas Verändertes, Fehlendes oder Unlesbares gefunden.',
  'stored-data-damaged.did': 'Liefert nichts aus, was nicht stimmt, und führt jeden Fund unter Vorfälle auf.',
  'stored-data-damaged.do':
    'Öffnen Sie Vorfälle: Jeder Fund sagt, wo er ist und ob er sich wiederherstellen lässt.\nDrücken Sie „Beschädigtes wiederherstellen“, oder rufen Sie npx careledger heal auf: Kopien kommen von anderen und zählen nur, wenn sie zum Blatt im Protokoll führen.\nWas andere nicht haben, kommt aus einer Sicherung.\nFinden Sie die Ursache, bevor es weitergeht: eine versagende Platte, oder jemand mit Zugang zur Datenbank.',
  'stored-data-damaged.over': 'Eine neue Prüfung hält: npx careledger verify --all gelingt, und der Arbeitsplatz sagt es.',

  'anchoring-stopped.title': 'Diese Organisation verankert nicht mehr',
  'anchoring-stopped.means':
    'Neue Einträge des Protokolls dieser Organisation kommen nicht ins Register: Was jetzt geschrieben wird, hat noch keinen Beleg. Entweder lehnt das Register den Anker ab, oder das Protokoll ist nicht das früher verankerte.',
  'anchoring-stopped.did':
    'Schreibt weiter, behält jeden Eintrag und versucht es in jedem Abstand wieder. Verankert nichts, was einem früheren Anker widerspricht.',
  'anchoring-stopped.do':
    'Steht auch das Register, kümmern Sie sich zuerst darum.\nSagt der Text, dass das Protokoll verändert oder kürzer ist, rufen Sie npx careledger verify --all auf und stellen die Datenbank aus der neuesten Sicherung oder von anderen wieder her.\nIst die Organisation ausgesetzt, werden ihre Transaktionen abgelehnt: Sprechen Sie mit den anderen Mitgliedern.',
  'anchoring-stopped.over': 'Der neueste Anker ist jünger als ein paar Abstände; wartende Einträge bekommen damit ihre Belege.',

  'disk-low.title': 'Die Platte mit dem Register füllt sich',
  'disk-low.means':
    'Weniger als ein Zehntel oder weniger als ein Gigabyte frei: Achtung. Weniger als ein Viertelgigabyte: Schaden, denn eine volle Platte hält das Register dieses Knotens an.',
  'disk-low.did': 'Läuft weiter. Ein Block, der sich nicht schreiben lässt, wird nicht bestätigt; nichts Bestätigtes geht verloren.',
  'disk-low.do':
    'Sehen Sie nach, was wächst: Die Größen stehen auf dieser Seite und in careledger_disk_used_bytes.\nSchaffen Sie Platz: Daten anderer Programme, alte Ausgaben, alte Sicherungen.\nLegen Sie das Datenverzeichnis auf eine größere Platte: Knoten anhalten, als Ganzes kopieren, dort starten.\nLöschen Sie keine Dateien des Registers von Hand.',
  'disk-low.over': 'Mehr als ein Zehntel und mehr als ein Gigabyte sind wieder frei.',

  'consensus-slow.title': 'Die Validatoren brauchen mehrere Runden für einen Block',
  'consensus-slow.means':
    'Jede Runde schlägt ein anderer vor. Mehrere vergebliche Runden nacheinander heißen, dass Vorschlagende fort oder langsam sind oder die anderen nicht erreichen.',
  'consensus-slow.did': 'Geht in die nächste Runde; jede wartet etwas länger als die vorige.',
  'consensus-slow.do':
    'Sehen Sie die Validatoren an: Wessen neueste Unterschrift ist alt?\nSehen Sie die Verbindungen an: Fehlt eine?\nPrüfen Sie Last und Uhr der Maschinen: Eine um Sekunden falsche Uhr verlangsamt jede Runde.',
  'consensus-slow.over': 'Die Runde ist wieder 0 oder 1, und Blöcke kommen im gewohnten Abstand.',

  'validator-missing.title': 'Ein Validator unterschreibt nicht',
  'validator-missing.means':
    'Mindestens der Hälfte der neuesten Abschlüsse fehlt seine Unterschrift. Das Netz läuft, solange mehr als zwei Drittel der Stimmkraft unterschreiben; mit jedem weiteren Fehlenden schwindet die Reserve.',
  'validator-missing.did': 'Läuft ohne ihn weiter und zählt, was er versäumt.',
  'validator-missing.do':
    'Fragen Sie den Betrieb der Organisation, ob ihr Knoten läuft und verbunden ist.\nAuf einer Maschine: npx careledger network status --home VERZEICHNIS, dann npx careledger node start --home ORDNER.\nBleibt er lange fort, schlagen Sie vor, ihn als Validator zu entfernen: Dann zählt die Reserve für die, die da sind.',
  'validator-missing.over': 'Er unterschreibt die neuesten Abschlüsse wieder; die Zahl der versäumten sinkt mit jedem Block.',

  'node-behind.title': 'Dieser Knoten hinkt hinterher',
  'node-behind.means': 'Er holt Blöcke, die die anderen schon haben. Was er zeigt, stimmt, ist aber nicht das Neueste.',
  'node-behind.did': 'Holt, prüft und führt die fehlenden Blöcke von selbst aus.',
  'node-behind.do':
    'Warten Sie: Nach einem Halt ist das üblich, und die Höhe wächst schneller als die des Netzes.\nWächst sie nicht, sehen Sie Verbindungen und Platte an.\nFehlen sehr viele Blöcke, lassen Sie den Knoten aus einem Abbild beitreten (docs/operations).',
  'node-behind.over': 'Die Höhe der Einigung ist die der anderen, und „holt auf“ ist verschwunden.',

  'peers-lost.title': 'Zu wenige andere Validatoren sind verbunden',
  'peers-lost.means':
    'Sind weniger als zwei Drittel der anderen erreichbar, kann dieser Knoten weder mitentscheiden noch rasch erfahren, was entschieden wurde.',
  'peers-lost.did': 'Versucht weiter, jede bekannte Adresse zu erreichen.',
  'peers-lost.do':
    'Prüfen Sie das Netz dieser Maschine: Erreicht sie die Anschlüsse der anderen, die in careledger.json ihres Ordners stehen?\nPrüfen Sie, ob sich Firewalls oder Zertifikate geändert haben.\nFragen Sie die anderen, ob sie einander sehen: Wenn ja, liegt es an diesem Knoten; wenn nein, ist das Netz getrennt.',
  'peers-lost.over': 'Es sind so viele verbunden, wie es andere Validatoren gibt.',

  'mempool-full.title': 'Es warten mehr Transaktionen, als geordnet werden können',
  'mempool-full.means':
    'Mehr als vier Fünftel dessen, was warten darf. Darüber hinaus werden neue Transaktionen mit engine.busy abgelehnt, bis einige geordnet sind.',
  'mempool-full.did': 'Lehnt ab, was nicht passt, mit der Bitte wiederzukommen; nichts Angenommenes wird verworfen.',
  'mempool-full.do':
    'Steht das Register, oder ist es langsam? Dann kümmern Sie sich darum.\nSonst sendet jemand mehr als üblich: Der Explorer zeigt, wessen Transaktionen die Blöcke füllen.\nFassen Sie mehrere Vorgänge in einer unterschriebenen Transaktion zusammen.',
  'mempool-full.over': 'Weniger als vier Fünftel warten.',

  'engine-restarting.title': 'Ein Prozess dieses Knotens bricht immer wieder ab',
  'engine-restarting.means': 'Was dieser Knoten für das Register laufen lässt, wurde seit seinem Start mindestens dreimal neu gestartet.',
  'engine-restarting.did': 'Hat ihn jedes Mal neu gestartet, mit wachsender Pause, und das Fehlende nachgeholt.',
  'engine-restarting.do':
    'Lesen Sie die Ausgabe des Knotens: Die letzten Zeilen vor jedem Abbruch nennen den Grund.\nGibt es genug Speicher und Platz auf der Platte?\nBricht er immer beim selben Block ab, heben Sie den Ordner auf und melden es; der Knoten kann inzwischen neu beitreten.',
  'engine-restarting.over': 'Er läuft eine Stunde ohne Neustart; der Zähler beginnt mit dem nächsten Start des Knotens von vorn.',

  'versions-differ.title': 'Knoten haben verschiedene Versionen der Einigung',
  'versions-differ.means':
    'Ein verbundener Knoten hat eine andere Version als dieser. Während einer Umstellung ist das üblich; auf Dauer ist es ein Risiko.',
  'versions-differ.did': 'Arbeitet mit jeder Version zusammen, die dasselbe Protokoll spricht.',
  'versions-differ.do':
    'Einigen Sie sich mit den anderen auf eine Version, und bringen Sie die Knoten nacheinander dorthin; warten Sie jedes Mal, bis der Knoten wieder unterschreibt.',
  'versions-differ.over': 'Alle Verbundenen zeigen dieselbe Version.',

  'witness-silent.title': 'Ein Zeuge zeichnet nicht mit',
  'witness-silent.means':
    'Seit mehr als fünf Minuten hat ein Zeuge nicht geantwortet, abgelehnt oder mit etwas anderem als seiner Mitzeichnung geantwortet. Das Neueste dieses Verlaufs hat er nicht gesehen.',
  'witness-silent.did': 'Bietet jeden neuen Stand wieder an; ein Zeuge, der zurückkommt, holt mit einer Anfrage auf.',
  'witness-silent.do':
    'Antwortet seine Adresse? curl URL/witness\nLehnt er ab (403 oder 404), kennt er den Schlüssel dieses Protokolls nicht: Geben Sie ihm logKey aus /explorer/api/witnesses.\nWurde sein Schlüssel ersetzt, tragen Sie den neuen in die Liste der Zeugen ein und starten den Knoten neu.',
  'witness-silent.over': 'Der Zeuge steht unter Zeugen mit dem neuesten Block.',

  'unwitnessed.title': 'Niemand sonst hat das Neueste gesehen',
  'unwitnessed.means':
    'Ohne Zeugen fiele nicht auf, wenn dieser Verlauf gegen einen anderen getauscht würde: Alles würde weiter stimmen. Am wichtigsten ist das bei nur einer Organisation oder einem Betrieb.',
  'unwitnessed.did': 'Unterschreibt Stände und hebt sie auf; sie können später mitgezeichnet werden.',
  'unwitnessed.do':
    'Bitten Sie jemanden, der nicht von Ihnen abhängt (Partner, Prüfstelle, anderes Mitglied), einen Zeugen zu betreiben: npx careledger witness start (docs/operations/witnesses.md).\nTragen Sie ihn in die Liste der Zeugen ein und starten Sie den Knoten neu.\nGibt es Zeugen, sehen Sie bei witness-silent nach.',
  'unwitnessed.over': 'Mindestens eine unabhängige Stelle hat den neuesten Stand mitgezeichnet.',

  'member-silent.title': 'Ein Mitglied hat länger nicht verankert',
  'member-silent.means':
    'Jede Organisation verankert in jedem Abstand, auch wenn sie nichts geschrieben hat. Eine, die es nicht tut, steht, ist abgeschnitten, ausgesetzt oder verankert nicht mehr.',
  'member-silent.did': 'Nichts: Es betrifft die andere Organisation. Ihre früheren Anker gelten weiter.',
  'member-silent.do':
    'Fragen Sie den Betrieb der genannten Organisation. Freigaben mit ihr warten so lange; Kopien werden nachgeholt, wenn sie zurück ist.',
  'member-silent.over': 'Ihr neuester Anker ist wieder Sekunden alt.',
};
