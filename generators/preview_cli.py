import sys, json
from generators.expand import Studio
from generators.family import FOLDER, read_families, read_phrases
from generators.run import check
from generators.words import Words
from hinglish import lexicon
name=sys.argv[1]; n=int(sys.argv[2]) if len(sys.argv)>2 else 40
fams=read_families(FOLDER/f"{name}.toml", read_phrases())
st=Studio(Words(lexicon.load()),7,((.34,"roman"),(.9,"mixed"),(1.0,"devanagari")))
for k in range(n):
    f=fams[k%len(fams)]; e=st.example(f,k//len(fams)); bad=check(e)
    print(f"[{f.id}] {e.input}\n      {json.dumps(e.target,ensure_ascii=False)} {list(e.tags)}" + (f"\n   !! {bad.reason}: {bad.detail}" if bad else ""))
