# ruff: noqa: E501 - the published headers are long
"""Small files in the layouts that CMS, NCHS and HHS publish. The rows are made up; no label is theirs."""

PTP = """CPT only copyright. All rights reserved.\t\t\t\t\t\t
Column1/Column2 Edits\t\t\t\t\t\t
Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale
20550\t20552\t\t20100101\t*\t1\tmade up
20552\t96372\t\t20100101\t*\t1\tmade up
20553\t20552\t*\t19960101\t*\t0\tmade up
20553\t76942\t\t20100101\t20200101\t1\tmade up, ended
20553\t99213\t\t20100101\t*\t1\tmade up
99215\t99214\t\t20100101\t*\t9\tmade up
"""

MUE = """"made up for a test; the real file opens with a copyright notice over several lines",,,
"HCPCS/
CPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale
20552,1,2 Date of Service Edit: Policy,made up
20553,1,2 Date of Service Edit: Policy,made up
J1010,80,3 Date of Service Edit: Clinical,made up
97110,4,1 Line Edit,made up
"""

RVU_HEAD = (
    ",,2026 National Physician Fee Schedule Relative Value File July Release" + "," * 29 + "\n"
    ",,made up for a test" + "," * 29 + "\n"
    ",,RELEASED 06/30/2026" + "," * 29 + "\n"
    ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,\n"
    ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,"
    "ASST,CO-,TEAM,PRIC,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT\n"
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,"
    "SURG,SURG,SURG,SURG,IND,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT\n"
)


def rvu_line(code, modifier, work, office, facility, malpractice, na="", factor="33.4009", multiple="2"):
    return (
        f"{code},{modifier},a label,A,,{work},{office},,{facility},{na},{malpractice},0.00,0.00,0,000,0.00,0.00,0.00,"
        f"{multiple},0,0,0,0,9,,{factor},09,0,99,0.00,0.00,0.00\n"
    )


RVU = (
    RVU_HEAD
    + rvu_line("20552", "", "0.64", "0.84", "0.36", "0.07")
    + rvu_line("20553", "", "0.73", "0.98", "0.41", "0.08")
    + rvu_line("64999", "", "1.00", "1.00", "1.00", "0.10", na="NA")
    + rvu_line("76942", "26", "0.65", "0.26", "0.26", "0.03", multiple="0")
)

GPCI = """ADDENDUM E. MADE UP CY 2026 GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY,,,,,,,
,,,,,,,
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI (without 1.0 Floor),2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI
13202,NY,01,MANHATTAN,1.065,1.065,1.170,1.650
13282,NY,99,REST OF NEW YORK,0.980,1.000,0.950,0.730
* notes follow,,,,,,,
"""

LOCCO = """2026 LOCALITY COUNTY FILE,,,,
,,,,
Medicare Adminstrative Contractor,Locality Number,State,Fee Schedule Area,Counties
13202,1,NEW YORK,MANHATTAN,NEW YORK
13202,2,,NYC SUBURBS/LONG ISLAND,"BRONX/KINGS/NASSAU/RICHMOND/ROCKLAND/SUFFOLK/WESTCHESTER"
13282,99,,REST OF STATE,ALL OTHER COUNTIES
"""

ASP = """Payment Allowance Limits for Medicare Part B Drugs,,,,,,,,,,
Effective July 1 2026 through September 30 2026,,,,,,,,,,
HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Vaccine Limit,Blood AWP%,Blood limit,Clotting Factor,Notes
J1010,a label,1 MG,0.119,20.000,,,,,,
J3301,a label,10 MG,1.291,20.000,,,,,,
J7318,a label,1 MG,,,,,,,,see note
"""

ICD_ORDER = (
    "00001 M791    0 a label" + " " * 53 + "a label\n"
    "00002 M7910   1 a label" + " " * 53 + "a label\n"
    "00003 M7918   1 a label" + " " * 53 + "a label\n"
    "00004 M797    1 a label" + " " * 53 + "a label\n"
    "00005 M542    1 a label" + " " * 53 + "a label\n"
    "00006 M5020   1 a label" + " " * 53 + "a label\n"
)
ICD_CODES = "M7910   a label\nM7918   a label\nM797    a label\n"

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2027</version><chapter><section id="M70-M79"><diag><name>M79</name><desc>a label</desc>
<diag><name>M79.1</name><desc>a label</desc><excludes1><note>a label (M79.7)</note><note>a label (M60.-)</note>
</excludes1><diag><name>M79.18</name><desc>a label</desc></diag></diag></diag></section>
<section id="M50-M54"><diag><name>M54.2</name><desc>a label</desc><excludes1><note>a label (M50.-)</note></excludes1>
</diag></section></chapter></ICD10CM.tabular>
"""

POVERTY = "year,state,household_size,income\n" + "".join(
    f"2027,{state},{size},{first + step * (size - 1)}\n"
    for state, first, step in (("us", 16000, 5700), ("alaska", 20000, 7100), ("hawaii", 18400, 6600))
    for size in range(1, 9)
)

EVERY_FILE = {
    "ccipra-v322r0-f1.txt": PTP,
    "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv": MUE,
    "PPRRVU2026_Jul_nonQPP.csv": RVU,
    "GPCI2026.csv": GPCI,
    "26LOCCO.csv": LOCCO,
    "Jul 2026 ASP Pricing File.csv": ASP,
    "icd10cm-order-2027.txt": ICD_ORDER,
    "icd10cm-tabular-2027.xml": TABULAR,
    "poverty.csv": POVERTY,
}
