using System.Text;
using System.Text.Json;
using Vagus.Events;

namespace Vagus.Events.Tests;

public sealed class CatalogueTests
{
    public static TheoryData<string> Types => [.. EventCatalogue.All.Select(type => type.Name)];

    [Fact]
    public void Every_event_record_is_a_row_of_the_catalogue()
    {
        var records = typeof(EventData).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(EventData)) && !type.IsAbstract);

        Assert.DoesNotContain(records, record => !EventCatalogue.ByDataType.ContainsKey(record));
    }

    [Fact]
    public void Every_event_record_is_sealed() =>
        Assert.All(EventCatalogue.All, type => Assert.True(type.DataType.IsSealed));

    [Fact]
    public void The_library_depends_on_nothing_but_the_platform() =>
        Assert.All(
            typeof(EventData).Assembly.GetReferencedAssemblies(), reference =>
            Assert.StartsWith("System", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void Only_resource_events_have_no_socket_name() =>
        Assert.Equal(
            ["resource.created", "resource.updated", "resource.deleted"],
            EventCatalogue.All.Where(type => type.SocketName is null).Select(type => type.Name));

    [Theory]
    [InlineData("lab.critical.alert", "lab:critical_alert", "critical_result", EventImportance.Urgent)]
    [InlineData("encounter.started", "encounter:created", "status_changed", EventImportance.Normal)]
    [InlineData("patient.allergy.added", "patient:allergy_added", "allergy_added", EventImportance.Critical)]
    [InlineData("claim.denied", "claim:denied", "status_changed", EventImportance.Alert)]
    [InlineData("prior_auth.denied", "prior_auth:denied", "status_changed", EventImportance.Alert)]
    [InlineData("message.sent", "message:sent", "message", EventImportance.Normal)]
    [InlineData("lab.order.created", "lab:order_created", "order_placed", EventImportance.Normal)]
    public void An_event_goes_by_the_names_that_clients_know(
        string name, string socketName, string clinicalKind, EventImportance importance)
    {
        var type = EventCatalogue.ByType[name];

        Assert.Equal((socketName, clinicalKind, importance), (type.SocketName, type.ClinicalKind, type.Importance));
        Assert.Same(type, EventCatalogue.BySocketName[socketName]);
    }

    [Fact]
    public void Internal_notes_are_the_only_event_marked_as_staff_only() =>
        Assert.Equal(["note.added"], EventCatalogue.All.Where(type => type.StaffOnly).Select(type => type.Name));

    [Fact]
    public void There_is_exactly_one_example_of_every_event() =>
        Assert.Equal(EventCatalogue.All.Select(type => type.DataType), EventExamples.All.Select(example => example.GetType()));

    [Theory]
    [MemberData(nameof(Types))]
    public void An_example_comes_back_from_json_as_it_was(string name)
    {
        var json = EventCatalogue.Serialize(EventExamples.Of(EventCatalogue.ByType[name]));

        var again = EventCatalogue.Serialize(EventCatalogue.Deserialize(name, json));

        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(again));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Fields_are_camel_case_and_all_of_them_are_written(string name)
    {
        var type = EventCatalogue.ByType[name];
        using var json = JsonDocument.Parse(EventCatalogue.Serialize(EventExamples.Of(type)));

        var fields = json.RootElement.EnumerateObject().Select(field => field.Name).ToList();

        Assert.All(fields, field => Assert.True(char.IsAsciiLetterLower(field[0])));
        Assert.Equal(type.Json.Properties.Select(property => property.Name).Order(), fields.Order());
    }

    [Fact]
    public void The_appointment_payload_has_the_fields_that_schedule_boards_read()
    {
        using var json = JsonDocument.Parse(EventCatalogue.Serialize(EventExamples.Of(EventCatalogue.ByType["appointment.created"])));

        string[] promised = ["id", "patientId", "patientName", "providerId", "providerName", "scheduledStart", "scheduledEnd", "status",
            "appointmentType", "location"];
        Assert.All(promised, field => Assert.True(json.RootElement.TryGetProperty(field, out _), field));
    }

    [Theory]
    [InlineData("lab.critical.alert", """{"patientId":"p"}""")]
    [InlineData("patient.created", """{"patientId":null,"resource":"Patient/p/_history/1"}""")]
    [InlineData("patient.created", """[]""")]
    [InlineData("patient.created", "not json")]
    [InlineData("patient.invented", """{"patientId":"p","resource":"Patient/p/_history/1"}""")]
    public void Foreign_data_that_does_not_fit_its_type_is_refused(string type, string json) =>
        Assert.Null(EventCatalogue.TryDeserialize(type, Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("lab.critical.alert", """{"patientId":"p"}""", "resource")]
    [InlineData("patient.created", """{"patientId":null,"resource":"Patient/p/_history/1"}""", "patientId")]
    [InlineData("patient.created", """{"patientId":"p","resource":7}""", "resource")]
    [InlineData("patient.created", """{"patientId":"p","resource":"Patient/p/_history/1","name":{}}""", "name")]
    [InlineData("encounter.vitals.recorded", """{"patientId":"p","resource":"o","vitals":[{"resource":1}]}""", "vitals[0].resource")]
    [InlineData("patient.created", """{"patientId":"p","resource":"Patient/p/_history/1"}""", null)]
    [InlineData("patient.created", "[]", null)]
    [InlineData("patient.created", "not json", null)]
    [InlineData("patient.invented", "{}", null)]
    public void The_field_by_which_foreign_data_does_not_fit_is_named(string type, string json, string? field) =>
        Assert.Equal(field, EventCatalogue.WrongField(type, Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Foreign_data_may_leave_out_what_is_optional_and_add_what_we_do_not_know()
    {
        var json = """{"patientId":"p","resource":"Patient/p/_history/1","shoeSize":41}"""u8;

        Assert.Equal(new PatientCreated("p", "Patient/p/_history/1"), EventCatalogue.TryDeserialize("patient.created", json));
    }
}
