"""Any field with anything in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.documents.leaflets.questions import SECTIONS
from needlepoint.records.models import (
    Visit,
)
from needlepoint.records.portal.magic_links import make_link

ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["-1", "0", "9" * 40, "1e999", "NaN", "null", "[]", "[NaN]", "{}", "true", "²", "\x00", "\u202e", "../../etc",
         "' OR 1 --", "2026-02-30", "2026-13", "<script>",
         '[{"view":"front","kind":"stroke","points_mm":[[NaN,0]],"intensity":NaN}]',
         '[{"view":"front","kind":"point","points_mm":[[0,1000]],"intensity":1e308}]', "😀", "%00", "x" * 5000]
    ),
)  # fmt: skip

FIELDS = (
    "now", "worst", "marks", "began", "start", "words", "goal", "medicines", "allergies", "conditions", "tried",
    "care_pt_from", "care_pt_weeks", "care_pt_helped", "needs", "ways", "email", "sms", "text", "named", "end", "do",
    "people", "income", "insured", "patient", "service", "kind", "language", "timezone", "shape", "code", "by", "slot",
    "pain", "signs", "function", "change", "again", "given", "family", "birth_date", "phone", "website",
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_input_breaks_a_page(me, ahead, patient, data):
    """Any field with anything in it, at every address that takes something: kept or refused, never broken."""
    past = Visit.objects.filter(patient=patient, state="done").first()
    own = [f"/me/visits/{ahead.pk}/intake/{name}/" for name in (*SECTIONS, "flags", "card", "hand-in")]
    own += [
        f"/me/visits/{ahead.pk}/price/",
        "/me/messages/",
        "/me/people/",
        "/me/settings/",
        "/me/wait/",
        "/me/switch/",
    ]
    own += [
        "/me/feedback/",
        "/at/example/en/prices/help/",
        "/at/example/es/feedback/",
        "/at/example/en/visit/code/",
    ]
    own += [f"/v/{make_link('visit', patient, ahead)[1]}/{rest}/" for rest in ("move", "wait", "open")]
    own += [f"/go/{make_link('open', patient)[1]}/", f"/stop/{make_link('stop', patient, None, 'email')[1]}/"]
    own += [f"/offer/{make_link('offer', patient, None, '7')[1]}/"]
    address = data.draw(st.sampled_from(own))
    sent = data.draw(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6))
    assert me.post(address, sent).status_code in (200, 204, 302, 404, 405, 422, 429), (address, sent)
    query = data.draw(
        st.dictionaries(st.sampled_from(["from", "with", "at", "after", "q", "pdf", "feed"]), ODD, max_size=3)
    )
    pages = ["/at/example/en/visit/1/", "/me/bills/", "/me/", f"/me/visits/{past.pk}/aftercare/"]
    page = data.draw(st.sampled_from([*pages, f"/me/visits/{ahead.pk}/intake/names/medicines/"]))
    assert me.get(page, query).status_code in (200, 302, 404, 422), (page, query)
