namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A topic that could not be applied is refused when it is stored, with the element that stands in the way.</summary>
public abstract class RefusedTopicTests(SubscriptionServer server)
{
    private const string Second = "Basic.extension[1]";
    private const string Trigger = "trigger ";

    [Theory]
    [InlineData(Trigger + "query current nothing=1", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "query previous subject.name=x", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "query current _count=1", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "query current Condition?code=1", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "query resultForCreate test-passes", Second + ".extension[1]")]
    [InlineData(Trigger + "query resultForCreate perhaps", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "query other x", Second + ".extension[1].extension[0]")]
    [InlineData(Trigger + "path status =", Second + ".extension[1]")]
    [InlineData(Trigger + "path nothing.exists()", Second + ".extension[1]")]
    [InlineData(Trigger + "path %other.exists()", Second + ".extension[1]")]
    [InlineData(Trigger + "path issued < now()", Second + ".extension[1]")]
    [InlineData(Trigger + "path status.matches('a+')", Second + ".extension[1]")]
    [InlineData(Trigger + "path unknown()", Second + ".extension[1]")]
    [InlineData(Trigger + "path descendants().select(%current.descendants().select(%current.descendants())).exists()", Second + ".extension[1]")]
    [InlineData(Trigger + "path %previous.repeat(children()).where(%current.descendants().exists()).exists()", Second + ".extension[1]")]
    [InlineData(Trigger + "path long", Second + ".extension[1]")]
    [InlineData(Trigger + "interaction read", Second + ".extension[1]")]
    [InlineData(Trigger + "part nothing", Second + ".extension[1]")]
    [InlineData("type Nothing", Second)]
    [InlineData("type Communication", Second)]
    [InlineData("types", "Basic.extension[2]")]
    [InlineData("none", "Basic.extension")]
    [InlineData("many", "Basic.extension[9]")]
    [InlineData("event", "Basic.extension[2]")]
    [InlineData("filter nothing", "Basic.extension[2].extension[1]")]
    [InlineData("filter code-value-quantity|gt", "Basic.extension[2].extension[1]")]
    [InlineData("filter code|gt", "Basic.extension[2].extension[2]")]
    [InlineData("filter date|xx", "Basic.extension[2].extension[2]")]
    [InlineData("filter code||in", "Basic.extension[2].extension[2]")]
    [InlineData("filter date||exact", "Basic.extension[2].extension[2]")]
    [InlineData("filter code||type", "Basic.extension[2].extension[2]")]
    [InlineData("include Observation:code", "Basic.extension[2].extension[1]")]
    [InlineData("include Patient:general-practitioner", "Basic.extension[2].extension[1]")]
    [InlineData("include *", "Basic.extension[2].extension[1]")]
    [InlineData("revinclude", "Basic.extension[2].extension[1]")]
    [InlineData("url no-address", "Basic.extension[0]")]
    [InlineData("url https://clinic.example/topics|1", "Basic.extension[0]")]
    [InlineData("url own", "Basic.extension[0]")]
    [InlineData("status other", "Basic.modifierExtension")]
    [InlineData("id", "Basic.id")]
    [InlineData("taken", "Basic.extension")]
    public async Task What_cannot_be_applied_is_refused_with_its_element(string wrong, string expression)
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        (await admin.Put("Basic/first", OwnTopic.Form(OwnTopic.Trigger(), "first", "https://clinic.example/topics/first"))).Is(201);
        var (id, form) = Form(desk, wrong);

        var answer = (await admin.Put($"Basic/{id}", form)).Is(400);

        Assert.Equal(expression, answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.DoesNotContain("https://clinic.example/topics/own", (await admin.Get("Basic?code=SubscriptionTopic")).Is(200).Text, StringComparison.Ordinal);
        (await admin.Put("Basic/own", Draft(form, id))).Is(201);
    }

    [Fact]
    public async Task An_organization_has_so_many_topics_and_no_more()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var all = Enumerable.Range(1, 64).Select(number => Sample.Put(
            OwnTopic.Form(OwnTopic.Trigger(), $"t{number}", $"{OwnTopic.Url}-{number}"), $"Basic/t{number}"));
        (await admin.Bundle("transaction", all)).Is(200);

        (await admin.Put("Basic/own", OwnTopic.Form(OwnTopic.Trigger()))).Is(422);

        (await admin.Delete("Basic/t1")).Is(204);
        (await admin.Put("Basic/own", OwnTopic.Form(OwnTopic.Trigger()))).Is(201);
    }

    // A draft is kept as it is, and applied to nothing.
    private static string Draft(string form, string id) => form.Replace("\"active\"", "\"draft\"", StringComparison.Ordinal)
        .Replace("\"other\"", "\"draft\"", StringComparison.Ordinal).Replace($"\"id\":\"{id}\"", "\"id\":\"own\"", StringComparison.Ordinal);

    private static (string Id, string Form) Form(Desk desk, string wrong)
    {
        var (word, rest) = wrong.Split(' ', 2) is [var first, var more] ? (first, more) : (wrong, "");
        var plain = OwnTopic.Trigger();
        return word switch
        {
            "trigger" => ("own", OwnTopic.Form(OwnTopic.Trigger(PartOf(rest)))),
            "type" => ("own", OwnTopic.Form(OwnTopic.Element("resourceTrigger", OwnTopic.Resource(rest)))),
            "types" => ("own", OwnTopic.Form($"{plain},{OwnTopic.Element("resourceTrigger", OwnTopic.Resource("Condition"))}")),
            "none" => ("own", OwnTopic.Form(OwnTopic.Filter("code"))),
            "many" => ("own", OwnTopic.Form(string.Join(',', Enumerable.Repeat(plain, 9)))),
            "event" => ("own", OwnTopic.Form($"{plain},{OwnTopic.Element("eventTrigger", OwnTopic.Resource("Observation"))}")),
            "filter" => ("own", OwnTopic.Form($"{plain},{FilterOf(rest.Split('|'))}")),
            "include" => ("own", OwnTopic.Form($"{plain},{OwnTopic.Shape(rest)}")),
            "revinclude" => ("own", OwnTopic.Form($"{plain},{OwnTopic.Shape("x").Replace("\"include\"", "\"revInclude\"", StringComparison.Ordinal)}")),
            "url" => ("own", OwnTopic.Form(plain, url: rest == "own" ? $"{desk.BaseUrl}/SubscriptionTopic/mine" : rest)),
            "status" => ("own", OwnTopic.Form(plain, status: rest)),
            "id" => ("lab.critical.alert", OwnTopic.Form(plain, "lab.critical.alert")),
            _ => ("own", OwnTopic.Form(plain, url: "https://clinic.example/topics/first")),
        };
    }

    private static string PartOf(string text)
    {
        var words = text.Split(' ', 3);
        return words[0] switch
        {
            "query" => OwnTopic.Query(OwnTopic.Part(
                words[1], words[1].StartsWith("result", StringComparison.Ordinal) ? "valueCode" : "valueString", words[2])),
            "path" when text == "path long" => OwnTopic.Path($"status = '{new string('x', 2001)}'"),
            "path" => OwnTopic.Path(text[4..].Trim()),
            "interaction" => OwnTopic.Part("supportedInteraction", "valueCode", words[1]),
            _ => OwnTopic.Part(words[1], "valueString", "x"),
        };
    }

    private static string FilterOf(string[] parts) =>
        OwnTopic.Filter(parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
}

public sealed class RefusedTopicsOnSqlite(SqliteSubscriptionServer server) : RefusedTopicTests(server);

public sealed class RefusedTopicsOnPostgres(PostgresSubscriptionServer server) : RefusedTopicTests(server);
