using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Claims, prior authorizations, what the payer answers, and the patient's own bill.</summary>
internal static class Claims
{
    private static readonly Code Professional = Code.Hl7("claim-type", "professional", "Professional");
    private static readonly Code Visit = Code.Snomed("185349003", "Encounter for check up");
    private static readonly Code Benefit = Code.Hl7("adjudication", "benefit", "Benefit Amount");
    private static readonly Code Submitted = Code.Hl7("adjudication", "submitted", "Submitted Amount");

    public static decimal AmountOf(Scene scene) => scene.Dice("claim/amount").Between(90, 420);

    public static JsonObject Write(Scene scene, string status)
    {
        var amount = AmountOf(scene);
        var claim = Claim(scene, "claim", "claim", status, Visit, amount);
        claim["billablePeriod"] = new JsonObject { ["start"] = Fhir.Date(scene.At), ["end"] = Fhir.Date(scene.At) };
        return claim;
    }

    public static JsonObject PriorAuthorization(Scene scene, string status, Code service) =>
        Claim(scene, "prior-auth", "preauthorization", status, service, 1_250);

    public static JsonObject Answer(Scene scene, bool paid)
    {
        var amount = AmountOf(scene);
        var response = Response(scene, "claim", "claim", paid ? amount : 0, amount);
        response["disposition"] = paid ? "Claim settled as submitted" : "Denied: service not covered by the plan";
        if (paid) response["payment"] = Payment(scene, amount);
        return response;
    }

    public static JsonObject PriorAuthorizationAnswer(Scene scene, bool approved)
    {
        var response = Response(scene, "prior-auth", "preauthorization", approved ? 1_250 : 0, 1_250);
        response["disposition"] = approved ? "Approved" : "Denied: not medically necessary";
        if (approved) response["preAuthRef"] = $"PA{scene.Dice("prior-auth").Between(100_000, 999_999)}";
        return response;
    }

    public static JsonObject PaymentNotice(Scene scene)
    {
        var notice = Fhir.Resource("PaymentNotice", scene.Id("claim/payment"));
        notice["status"] = "active";
        notice["request"] = Fhir.Reference("Claim", scene.Id("claim"));
        notice["response"] = Fhir.Reference("ClaimResponse", scene.Id("claim/response"));
        notice["created"] = Fhir.Time(scene.At);
        notice["payment"] = new JsonObject { ["display"] = "Electronic transfer" };
        notice["paymentDate"] = Fhir.Date(scene.At);
        notice["recipient"] = Fhir.Reference("Organization", scene.Clinic.OrganizationId);
        notice["amount"] = Fhir.Money(AmountOf(scene));
        notice["paymentStatus"] = Fhir.Concept(Code.Hl7("paymentstatus", "paid", "Paid"));
        return notice;
    }

    public static JsonObject PatientBill(Scene scene)
    {
        var invoice = Fhir.Resource("Invoice", scene.Id("invoice"));
        invoice["status"] = "issued";
        invoice["subject"] = scene.Patient.Reference;
        invoice["recipient"] = scene.Patient.Reference;
        invoice["date"] = Fhir.Time(scene.At);
        invoice["issuer"] = Fhir.Reference("Organization", scene.Clinic.OrganizationId);
        invoice["totalNet"] = Fhir.Money(25);
        invoice["totalGross"] = Fhir.Money(25);
        invoice["lineItem"] = Fhir.List(new JsonObject
        {
            ["chargeItemCodeableConcept"] = new JsonObject { ["text"] = "Copayment for the visit" },
            ["priceComponent"] = Fhir.List(new JsonObject { ["type"] = "base", ["amount"] = Fhir.Money(25) }),
        });
        return invoice;
    }

    private static JsonObject Claim(Scene scene, string thing, string use, string status, Code service, decimal amount)
    {
        var claim = Common(scene, "Claim", thing, use);
        claim["status"] = status;
        claim["insurer"] = Fhir.Reference("Organization", scene.Clinic.PayerId);
        claim["provider"] = Fhir.Reference("Organization", scene.Clinic.OrganizationId);
        claim["priority"] = Fhir.Concept(Code.Hl7("processpriority", "normal", "Normal"));
        claim["insurance"] = Fhir.List(new JsonObject { ["sequence"] = 1, ["focal"] = true, ["coverage"] = Cover.Held(scene) });
        claim["item"] = Fhir.List(new JsonObject
        {
            ["sequence"] = 1,
            ["productOrService"] = Fhir.Concept(service),
            ["servicedDate"] = Fhir.Date(scene.At),
            ["unitPrice"] = Fhir.Money(amount),
            ["net"] = Fhir.Money(amount),
            ["encounter"] = Fhir.List(Fhir.Reference("Encounter", scene.EncounterId)),
        });
        claim["total"] = Fhir.Money(amount);
        return claim;
    }

    private static JsonObject Response(Scene scene, string thing, string use, decimal benefit, decimal asked)
    {
        var response = Common(scene, "ClaimResponse", $"{thing}/response", use);
        response["status"] = "active";
        response["insurer"] = Fhir.Reference("Organization", scene.Clinic.PayerId);
        response["requestor"] = Fhir.Reference("Organization", scene.Clinic.OrganizationId);
        response["request"] = Fhir.Reference("Claim", scene.Id(thing));
        response["outcome"] = "complete";
        response["item"] = Fhir.List(new JsonObject
        {
            ["itemSequence"] = 1,
            ["adjudication"] = Fhir.List(Amount(Submitted, asked), Amount(Benefit, benefit)),
        });
        response["total"] = Fhir.List(Amount(Submitted, asked), Amount(Benefit, benefit));
        return response;
    }

    private static JsonObject Common(Scene scene, string type, string thing, string use)
    {
        var resource = Fhir.Resource(type, scene.Id(thing));
        resource["type"] = Fhir.Concept(Professional);
        resource["use"] = use;
        resource["patient"] = scene.Patient.Reference;
        resource["created"] = Fhir.Time(scene.At);
        return resource;
    }

    private static JsonObject Amount(Code category, decimal amount) =>
        new() { ["category"] = Fhir.Concept(category), ["amount"] = Fhir.Money(amount) };

    private static JsonObject Payment(Scene scene, decimal amount) => new()
    {
        ["type"] = Fhir.Concept(Code.Hl7("ex-paymenttype", "complete", "Complete")),
        ["date"] = Fhir.Date(scene.At),
        ["amount"] = Fhir.Money(amount),
    };
}
