import sys
from generators.expand import Studio
from generators.family import FOLDER, read_families, read_phrases
from generators.lint import lint
from generators.spec import read_spec
from generators.words import Words
from hinglish import lexicon
phrases = read_phrases()
fams=[]
for p in sorted(FOLDER.glob("*.toml")):
    if p.name=="phrases.toml": continue
    try: fams += read_families(p, phrases)
    except Exception as e:
        if not sys.argv[1:] or p.stem in sys.argv[1:]: print(e)
st=Studio(Words(lexicon.load()),1,((1.0,"mixed"),))
out=[f for f in lint(fams,st) if not sys.argv[1:] or any(f"data/templates/{a}.toml" in f for a in sys.argv[1:])]
print("\n".join(out)); print(len(fams),"families read,",len(out),"faults")
