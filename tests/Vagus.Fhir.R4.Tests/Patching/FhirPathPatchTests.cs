using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Patching;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Tests.Patching;

/// <summary>The operations of R4's fhirpatch.html.</summary>
public sealed class FhirPathPatchTests
{
    [Theory]
    [InlineData("add", "Patient", "birthDate", "\"valueDate\":\"1930-01-01\"", """{"resourceType":"Patient","birthDate":"1930-01-01"}""")]
    [InlineData("add", "Patient", "deceased", "\"valueBoolean\":true", """{"resourceType":"Patient","deceasedBoolean":true}""")]
    [InlineData(
        "add", "Patient", "identifier", "\"valueIdentifier\":{\"system\":\"urn:s\",\"value\":\"1\"}",
        """{"resourceType":"Patient","identifier":[{"system":"urn:s","value":"1"}]}""")]
    [InlineData(
        "add", "Patient", "contact",
        "\"part\":[{\"name\":\"name\",\"valueHumanName\":{\"text\":\"N\"}},{\"name\":\"telecom\",\"valueContactPoint\":{\"value\":\"1\"}}]",
        """{"resourceType":"Patient","contact":[{"name":{"text":"N"},"telecom":[{"value":"1"}]}]}""")]
    [InlineData(
        "add", "Patient", "contained", "\"resource\":{\"resourceType\":\"Basic\"}",
        """{"resourceType":"Patient","contained":[{"resourceType":"Basic"}]}""")]
    [InlineData(
        "add", "Patient", "name",
        "\"part\":[{\"name\":\"given\",\"valueString\":\"A\"},{\"name\":\"given\",\"valueString\":\"B\",\"_valueString\":{\"id\":\"b\"}},{\"name\":\"given\",\"_valueString\":{\"id\":\"c\"}},{\"name\":\"given\",\"valueString\":\"D\"}]",
        """{"resourceType":"Patient","name":[{"given":["A","B",null,"D"],"_given":[null,{"id":"b"},{"id":"c"},null]}]}""")]
    public void Add_puts_an_element_into_its_parent(string type, string path, string name, string value, string expected) =>
        Assert.Equal(expected, Patched("""{"resourceType":"Patient"}""", Operation(type, path, name, value)).Value);

    [Fact]
    public void Add_to_a_primitive_puts_an_extension_beside_it()
    {
        const string patient = """{"resourceType":"Patient","birthDate":"1930-01-01","name":[{"given":["A","B"]}]}""";
        const string extension = "\"valueExtension\":{\"url\":\"urn:x\",\"valueCode\":\"y\"}";

        Assert.Equal(
            """{"resourceType":"Patient","birthDate":"1930-01-01","name":[{"given":["A","B"]}],"_birthDate":{"extension":[{"url":"urn:x","valueCode":"y"}]}}""",
            Patched(patient, Operation("add", "Patient.birthDate", "extension", extension)).Value);
        Assert.Equal(
            """{"resourceType":"Patient","birthDate":"1930-01-01","name":[{"given":["A","B"],"_given":[null,{"extension":[{"url":"urn:x","valueCode":"y"}]}]}]}""",
            Patched(patient, Operation("add", "Patient.name.given[1]", "extension", extension)).Value);
    }

    [Theory]
    [InlineData("Patient.birthDate", "\"valueDate\":\"1931\"", """{"resourceType":"Patient","birthDate":"1931","deceasedBoolean":false,"name":[{"given":["A","B"],"family":"F"}]}""")]
    [InlineData("Patient.deceased", "\"valueDateTime\":\"2020\"", """{"resourceType":"Patient","birthDate":"1930","deceasedDateTime":"2020","name":[{"given":["A","B"],"family":"F"}]}""")]
    [InlineData("Patient.name.given.where($this = 'B')", "\"valueString\":\"C\"", """{"resourceType":"Patient","birthDate":"1930","deceasedBoolean":false,"name":[{"given":["A","C"],"family":"F"}]}""")]
    [InlineData("Patient.name.first()", "\"valueHumanName\":{\"text\":\"T\"}", """{"resourceType":"Patient","birthDate":"1930","deceasedBoolean":false,"name":[{"text":"T"}]}""")]
    public void Replace_puts_a_value_in_the_place_of_another(string path, string value, string expected) => Assert.Equal(
        expected,
        Patched(
            """{"resourceType":"Patient","birthDate":"1930","deceasedBoolean":false,"name":[{"given":["A","B"],"family":"F"}]}""",
            Operation("replace", path, name: null, value)).Value);

    [Theory]
    [InlineData("Patient.birthDate", """{"resourceType":"Patient","name":[{"given":["A","B"]},{"text":"T"}]}""")]
    [InlineData("Patient.name[0]", """{"resourceType":"Patient","birthDate":"1930","_birthDate":{"id":"i"},"name":[{"text":"T"}]}""")]
    [InlineData("Patient.name[0].given[0]", """{"resourceType":"Patient","birthDate":"1930","_birthDate":{"id":"i"},"name":[{"given":["B"]},{"text":"T"}]}""")]
    [InlineData("Patient.gender", """{"resourceType":"Patient","birthDate":"1930","_birthDate":{"id":"i"},"name":[{"given":["A","B"]},{"text":"T"}]}""")]
    public void Delete_takes_one_element_away_and_nothing_where_there_is_none(string path, string expected) => Assert.Equal(
        expected,
        Patched(
            """{"resourceType":"Patient","birthDate":"1930","_birthDate":{"id":"i"},"name":[{"given":["A","B"]},{"text":"T"}]}""",
            Operation("delete", path)).Value);

    [Fact]
    public void Insert_and_move_change_the_order_of_a_list()
    {
        const string patient = """{"resourceType":"Patient","name":[{"given":["A","B","C"],"_given":[null,{"id":"b"},null]}]}""";

        Assert.Equal(
            """{"resourceType":"Patient","name":[{"given":["A","X","B","C"],"_given":[null,null,{"id":"b"},null]}]}""",
            Patched(patient, Operation("insert", "Patient.name.given", name: null, "\"valueString\":\"X\"", ("index", 1))).Value);
        Assert.Equal(
            """{"resourceType":"Patient","name":[{"given":["B","C","A"],"_given":[{"id":"b"},null,null]}]}""",
            Patched(patient, Operation("move", "Patient.name.given", name: null, value: null, ("source", 0), ("destination", 2))).Value);
        Assert.Equal(
            """{"resourceType":"Patient","name":[{"given":["A"],"suffix":["X"]}]}""",
            Patched(
                """{"resourceType":"Patient","name":[{"given":["A"]}]}""",
                Operation("insert", "Patient.name.suffix", name: null, "\"valueString\":\"X\"", ("index", 0))).Value);
    }

    [Theory]
    [InlineData("add", "Patient", "family", "\"valueString\":\"X\"")]
    [InlineData("add", "Patient", "birthDate", "\"valueDate\":\"1931\"")]
    [InlineData("add", "Patient.contact", "gender", "\"valueCode\":\"male\"")]
    [InlineData("add", "Patient", "deceased", "\"valueString\":\"X\"")]
    [InlineData("replace", "Patient.name", null, "\"valueHumanName\":{}")]
    [InlineData("replace", "Patient.gender", null, "\"valueCode\":\"male\"")]
    [InlineData("replace", "Patient", null, "\"valueString\":\"X\"")]
    [InlineData("replace", "'computed'", null, "\"valueString\":\"X\"")]
    [InlineData("delete", "Patient.name", null, null)]
    [InlineData("delete", "Patient", null, null)]
    [InlineData("delete", "1 / 'a'", null, null)]
    [InlineData("delete", "Patient.name.where(text.matches('A'))", null, null)]
    public void What_cannot_be_done_is_unprocessable(string type, string path, string? name, string? value) => Assert.Equal(
        RefusalKind.Unprocessable,
        Patched("""{"resourceType":"Patient","birthDate":"1930","name":[{"text":"A"},{"text":"B"}]}""", Operation(type, path, name, value))
            .Refusal?.Kind);

    [Theory]
    [InlineData("spoil", "Patient", null, null)]
    [InlineData("add", "Patient", null, "\"valueDate\":\"1931\"")]
    [InlineData("add", "Patient", "birthDate", null)]
    [InlineData("replace", "Patient.(", null, "\"valueDate\":\"1931\"")]
    [InlineData("insert", "Patient.name", null, "\"valueHumanName\":{}")]
    [InlineData("move", "Patient.name", null, null)]
    public void What_is_no_operation_is_invalid(string type, string path, string? name, string? value) => Assert.Equal(
        RefusalKind.Invalid, Patched("""{"resourceType":"Patient"}""", Operation(type, path, name, value)).Refusal?.Kind);

    [Fact]
    public void Operations_see_what_those_before_them_did_and_their_number_is_limited()
    {
        var add = Operation("add", "Patient", "name", "\"valueHumanName\":{\"family\":\"F\"}");
        var given = Operation("add", "Patient.name.where(family = 'F')", "given", "\"valueString\":\"G\"");

        Assert.Equal(
            """{"resourceType":"Patient","name":[{"family":"F","given":["G"]}]}""",
            Patched("""{"resourceType":"Patient"}""", add, given).Value);
        Assert.Equal(
            "too-costly",
            Patched("""{"resourceType":"Patient"}""", [.. Enumerable.Repeat(add, FhirPathPatch.MostOperations + 1)]).Refusal?.Code);
    }

    [Fact]
    public void What_a_path_names_beyond_the_second_place_is_not_looked_for() => Assert.Contains(
        "several elements",
        Patched("""{"resourceType":"Patient","name":[{"text":"A"},{"text":"B"}]}""", Operation("delete", "Patient.name.text.combine('x')"))
            .Refusal?.Message,
        StringComparison.Ordinal);

    private static string Operation(
        string type, string path, string? name = null, string? value = null, params (string Name, int Number)[] numbers)
    {
        var parts = new List<string>
        {
            $$"""{"name":"type","valueCode":"{{type}}"}""", $$"""{"name":"path","valueString":"{{path}}"}""",
        };
        if (name is not null) parts.Add($$"""{"name":"name","valueString":"{{name}}"}""");
        if (value is not null) parts.Add($$"""{"name":"value",{{value}}}""");
        parts.AddRange(numbers.Select(each => $$"""{"name":"{{each.Name}}","valueInteger":{{each.Number}}}"""));
        return $$"""{"name":"operation","part":[{{string.Join(',', parts)}}]}""";
    }

    private static Result<string> Patched(string resource, params string[] operations)
    {
        var parameters = JsonElement.Parse($$"""{"resourceType":"Parameters","parameter":[{{string.Join(',', operations)}}]}""");
        var patch = FhirPathPatch.Read(parameters, TimeProvider.System);
        if (patch.Refusal is { } malformed) return malformed;
        var applied = patch.Value.Apply(Encoding.UTF8.GetBytes(resource));
        return applied.Refusal is { } refusal ? refusal : Encoding.UTF8.GetString(applied.Value);
    }
}
