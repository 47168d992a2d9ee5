namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary>A clinic with a hierarchy of codes, value sets over it and a map, as its own resources.</summary>
internal static class Codes
{
    public const string System = "http://codes.example/pets";
    public const string Set = "http://codes.example/ValueSet/";

    // animal > dog > (terrier, poodle); animal > cat; robot stands apart.
    public const string CodeSystem = """
        {"resourceType":"CodeSystem","id":"pets","url":"http://codes.example/pets","version":"2","title":"Pets","status":"active","content":"complete",
         "caseSensitive":true,"concept":[
          {"code":"animal","display":"Animal","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
            {"code":"dog","display":"Dog","designation":[{"language":"de","value":"Hund"}],"concept":[
              {"code":"terrier","display":"Terrier","definition":"A small dog"},{"code":"poodle","display":"Poodle"}]},
            {"code":"cat","display":"Cat"}]},
          {"code":"robot","display":"Röbot","property":[{"code":"inactive","valueBoolean":true}]}]}
        """;

    public const string Map = """
        {"resourceType":"ConceptMap","id":"map","url":"http://codes.example/map","status":"active","group":[
         {"source":"http://codes.example/pets","target":"http://codes.example/beasts","element":[
          {"code":"dog","target":[{"code":"canis","display":"Canis","equivalence":"equivalent"}]},
          {"code":"terrier","target":[{"code":"canis","equivalence":"wider"}]},
          {"code":"robot","target":[{"equivalence":"unmatched"}]}]}]}
        """;

    public static string ValueSet(string id, string compose) =>
        $$"""{"resourceType":"ValueSet","id":"{{id}}","url":"{{Set}}{{id}}","status":"active","compose":{{compose}}}""";

    public static string Filtered(string operation, string value, string property = "concept") =>
        $$"""{"include":[{"system":"{{System}}","filter":[{"property":"{{property}}","op":"{{operation}}","value":"{{value}}"}]}]}""";

    public static readonly (string Id, string Compose)[] ValueSets =
    [
        ("all", $$"""{"include":[{"system":"{{System}}"}]}"""),
        ("dogs", Filtered("is-a", "dog")),
        ("breeds", Filtered("descendent-of", "dog")),
        ("upwards", Filtered("generalizes", "poodle")),
        ("no-dogs", Filtered("is-not-a", "dog")),
        ("regex", Filtered("regex", "[ct].*", "code")),
        ("inactive", Filtered("=", "true", "inactive")),
        ("listed", $$"""{"include":[{"system":"{{System}}","concept":[{"code":"cat","display":"Kitty"},{"code":"none"}]}]}"""),
        ("elsewhere", """{"include":[{"system":"http://elsewhere.example","concept":[{"code":"x","display":"X"}]}]}"""),
        ("both", $$"""{"include":[{"valueSet":["{{Set}}dogs"]},{"valueSet":["{{Set}}elsewhere"]}]}"""),
        ("common", $$"""{"include":[{"system":"{{System}}","valueSet":["{{Set}}dogs","{{Set}}regex"]}]}"""),
        ("without", $$"""{"include":[{"valueSet":["{{Set}}all"]}],"exclude":[{"valueSet":["{{Set}}dogs"]}]}"""),
        ("circle", $$"""{"include":[{"valueSet":["{{Set}}circle"]}]}"""),
        ("unknown", """{"include":[{"system":"http://unknown.example"}]}"""),
        ("odd", Filtered("regex", "(a)\\\\1", "code")),
    ];

    public static async Task<Person> Open(FhirServer server)
    {
        var admin = await (await Clinic.Open(server)).Admin();
        await Put(admin);
        return admin;
    }

    public static async Task Put(Person admin)
    {
        (await admin.Put("CodeSystem/pets", CodeSystem)).Is(201);
        (await admin.Put("ConceptMap/map", Map)).Is(201);
        foreach (var (id, compose) in ValueSets) (await admin.Put($"ValueSet/{id}", ValueSet(id, compose))).Is(201);
    }
}
