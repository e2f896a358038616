"""Encodings of Chinese, Japanese and Korean, told by how common the characters are that a few bytes make in each.

A statistical detector needs more text than the names in a small table: EUC-JP and GB 18030 use the same bytes.
"""

from collections.abc import Sequence
from typing import Final

# The commonest characters of running text and of names of people and places.
_JAPANESE: Final = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場"
    "金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性"
    "的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心"
    "界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策"
    "集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝価式確村提運終挙果西勢減台"
    "広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤町常校料状工建語球営空職証土与急止送援供可役構"
    "木割身費付由説転食比難防車優研断井何南石足違番規術阪古屋札幌福岡神戸横浜仙埼玉葉茨城栃群馬静愛媛香徳鹿児"
    "崎熊沖縄奈良滋賀岐阜富梨青森岩秋形宮鈴佐伊渡辺斎松岸橋清池浦谷郎太雄美恵貴樹翔陽菜衣健誠浩郵便号齢値段商"
    "注備否種類姓幸紀夫彦哉也介祐澄春夏冬雪花織里"
)
_SIMPLIFIED: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道"
    "行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意"
    "无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什"
    "二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义"
    "各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金"
    "指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求"
    "据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运京津沪渝粤苏浙杭州广深圳武汉沈阳连青岛"
    "济宁波厦福湖江河李刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓姓城男龄编号价备注址单销售额省县镇"
    "村温湿晴雨雪伟芳娜敏静丽磊洋艳勇杰娟涛超霞秀"
)
_TRADITIONAL: Final = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道"
    "行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意"
    "無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什"
    "二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義"
    "各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金"
    "指克許統區保至隊形社便空臺台北雄桃園竹南基隆嘉屏花蓮宜蘭澎湖苗栗彰雲林香港九龍李王張劉陳楊趙黃周吳徐孫胡"
    "朱郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧洪姓城男齡編號價格備註址單品銷售額縣鄉鎮村溫濕晴雨雪偉芳娜敏靜麗強磊"
    "洋豔勇傑娟濤超霞秀玲華珍淑惠志豪"
)
_KOREAN: Final = frozenset(
    "이다는에의을가고하지한로은서를기사도인자그어리나아시대해일정수과제전원부상장보주성구조공동여라스만신유안"
    "오연국위물내생세문요화용비선면관들무소모경회재중방분개발계마산실적당간민타체울김박최영진미현강윤임권황송"
    "홍남심노양손배백허철희숙순옥준호훈석우혁빈채율름별령금액격매번날짜품목게되있할것없때말점평균합온습량률값"
    "천억층녀북충청광포창"
)
_ENCODINGS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("euc_jp", _JAPANESE),
    ("cp932", _JAPANESE),
    ("gb18030", _SIMPLIFIED),
    ("big5", _TRADITIONAL),
    ("cp949", _KOREAN),
)
_ENOUGH: Final = 0.5
_MARGIN: Final = 0.2
_LEAST: Final = 4  # characters
_LOOKED_AT: Final = 20_000


def eastern_encoding(lines: Sequence[bytes]) -> str | None:
    """Return Python's name of the encoding that makes common characters of these lines; None where none clearly does.

    Parameters
    ----------
    lines
        Lines with bytes above 127.
    """
    data = b"\n".join(lines)
    if len(data) > _LOOKED_AT and b"\n" in data[:_LOOKED_AT]:
        data = data[:_LOOKED_AT].rpartition(b"\n")[0]  # no half character
    scored = sorted(((_sense(data, name, common), name) for name, common in _ENCODINGS), reverse=True)
    (best, name), (second, _) = scored[:2]
    return name if best >= _ENOUGH and best >= second + _MARGIN else None


def _sense(data: bytes, encoding: str, common: frozenset[str]) -> float:
    """Return the share of common characters among those beyond ASCII, 0 where bytes are none or they are few."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    odd = [char for char in text if not char.isascii()]
    if len(odd) < _LEAST:
        return 0.0
    return sum(_is_common(char, common) for char in odd) / len(odd)


def _is_common(char: str, common: frozenset[str]) -> bool:
    if char in common or char in "、。，！？：；（）「」　・ー％￥":
        return True
    # Kana in two bytes are Japanese only; half as wide they are what other encodings look like.
    return common is _JAPANESE and "\u3041" <= char <= "\u30fa"
