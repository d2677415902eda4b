"""A message that keeps to the Department's schema of its year says the same of a child in every year."""

from pathlib import Path

import pytest
from lxml import etree

from daemon.domain.errors import Severity
from tests.integrations.cin_census.conftest import Returns

SCHEMAS = Path(__file__).parent / "samples"
SEXES = {
    2024: "<GenderCurrent>2</GenderCurrent>",
    2025: "<Sex>F</Sex>",
    2026: "<Sex>F</Sex>",
}
MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>999</LEA><DateTime>{year}-04-02T09:30:00</DateTime></Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>SC100234</LAchildID><UPNunknown>UN1</UPNunknown>
        <ExpectedPersonBirthDate>{year}-06-01</ExpectedPersonBirthDate>{sex}
      </ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>NOBT</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities></ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>{year}-01-08</CINreferralDate><ReferralSource>3B</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>
        <Assessments>
          <AssessmentActualStartDate>{year}-01-09</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>{year}-02-12</AssessmentAuthorisationDate>
        </Assessments>
        <Section47>
          <S47ActualStartDate>{year}-01-12</S47ActualStartDate><InitialCPCtarget>{year}-02-02</InitialCPCtarget>
          <DateOfInitialCPC>{year}-01-30</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired>
        </Section47>
        <ReferralNFA>0</ReferralNFA>
        <ChildProtectionPlans>
          <CPPstartDate>{year}-01-30</CPPstartDate>
          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>MUL</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>0</NumberOfPreviousCPP>
          <Reviews><CPPreviewDate>{year}-03-20</CPPreviewDate></Reviews>
        </ChildProtectionPlans>
      </CINdetails>
    </Child>
  </Children>
</Message>
"""


@pytest.mark.parametrize("year", SEXES)
def test_what_keeps_to_the_schema_of_its_year_is_read_without_a_complaint(
    returns: Returns, year: int
) -> None:
    message = MESSAGE.format(year=year, sex=SEXES[year]).encode()
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"CIN_schema_{year}.xsd"))
    assert schema.validate(etree.fromstring(message)), schema.error_log
    returns.put_bytes(message)

    page = returns.read()

    (fragment,) = page.records
    assert [one for one in page.problems if one.severity is Severity.ERROR] == []
    assert fragment.body == {
        "ref": "SC100234",
        "expected_on": f"{year}-06-01",
        "facts": {
            "strategy_discussion_held": f"{year}-01-12",
            "s47_decision_recorded": {"at": f"{year}-01-12", "value": "section_47"},
            "child_family_assessment_completed": f"{year}-02-12",
        },
        "meetings": [
            {
                "id": f"{name}-SC100234-{day}",
                "kind": name.casefold(),
                "status": "held",
                "held_on": day,
                "facts": {},
            }
            for name, day in (("ICPC", f"{year}-01-30"), ("RCPC", f"{year}-03-20"))
        ],
        "plans": [{"id": f"CPP-SC100234-{year}-01-30", "started_on": f"{year}-01-30"}],
    }
