using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

public abstract class PatientDoorTests(House house)
{
    private static readonly object Ada = new
    {
        firstName = "Ada Marie", lastName = "Byron", birthDate = "1985-12-10", sex = "female", phone = "+41 44 555 01 02",
        email = "ada@example.org", address = "Lake Street 1, Zurich", mrn = "A-17",
    };

    [Fact]
    public async Task A_registration_writes_a_Patient_and_makes_its_event()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);

        var made = (await desk.Post("/api/patients", Ada)).Is(201);

        var stored = (await desk.Get($"/fhir/Patient/{made.Id}")).Is(200);
        Assert.Equal("Byron", stored["name"][0].GetProperty("family").GetString());
        Assert.Equal("1985-12-10", stored["birthDate"].GetString());
        var read = (await desk.Get($"/api/patients/{made.Id}")).Is(200);
        Assert.Equal(made.Text, read.Text);
        Assert.Equal("A-17", read["mrn"].GetString());
        Assert.Equal("W/\"1\"", read.ETag);
        Assert.Equal("patient.created", Assert.Single(await clinic.Events("patient.*")).Type);
    }

    [Fact]
    public async Task A_person_who_may_be_there_already_is_registered_only_when_confirmed()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        var known = (await desk.Post("/api/patients", Ada)).Is(201);

        var again = new { firstName = "Ada Marie", lastName = "Biron", birthDate = "1985-12-10", sex = "female" };
        var refused = (await desk.Post("/api/patients", again)).IsRefused(409, "possible_duplicate");

        Assert.Equal(known.Id, refused["candidates"][0].GetProperty("id").GetString());
        var confirmed = new { firstName = "Ada Marie", lastName = "Biron", birthDate = "1985-12-10", sex = "female", confirmNew = true };
        (await desk.Post("/api/patients", confirmed)).Is(201);
        var namesake = new { firstName = "Ada", lastName = "Lovell", birthDate = "1985-12-10", sex = "female" };
        (await desk.Post("/api/patients", namesake)).Is(201);
        var sameNumber = new { firstName = "Zoe", lastName = "Quist", birthDate = "2001-01-01", sex = "female", mrn = "A-17" };
        (await desk.Post("/api/patients", sameNumber)).IsRefused(409, "possible_duplicate");
    }

    [Fact]
    public async Task Two_registrations_of_one_person_at_once_make_one_record()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => desk.Post("/api/patients", Ada)));

        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(5, answers.Count(answer => answer.Status == 409));
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_a_second_writer_is_told_what_changed()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        var made = (await desk.Post("/api/patients", Ada)).Is(201);

        var changed = (await desk.Put($"/api/patients/{made.Id}", new { phone = "+41 44 555 99 99", version = 1 })).Is(200);
        var late = (await desk.Put($"/api/patients/{made.Id}", new { email = "new@example.org" }, ifMatch: "W/\"1\""))
            .IsRefused(409, "stale_version");

        Assert.Equal("ada@example.org", changed["email"].GetString());
        Assert.Equal(["phone"], late["changed"].EnumerateArray().Select(each => each.GetString()));
        Assert.Equal("+41 44 555 99 99", late["current"].GetProperty("phone").GetString());
        (await desk.Put($"/api/patients/{made.Id}", new { email = "new@example.org", version = 2 })).Is(200);
    }

    [Fact]
    public async Task The_number_of_another_record_is_not_taken_and_that_record_is_named()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        var ada = (await desk.Post("/api/patients", Ada)).Is(201);
        var zoe = new { firstName = "Zoe", lastName = "Quist", birthDate = "2001-01-01", sex = "female" };
        var made = (await desk.Post("/api/patients", zoe)).Is(201);

        var refused = (await desk.Put($"/api/patients/{made.Id}", new { mrn = "A-17" })).IsRefused(409, "possible_duplicate");

        Assert.Equal(ada.Id, Assert.Single(refused["candidates"].EnumerateArray()).GetProperty("id").GetString());
        Assert.False((await desk.Get($"/api/patients/{made.Id}")).Is(200).Json.TryGetProperty("mrn", out _));
        (await desk.Put($"/api/patients/{made.Id}", new { mrn = "Z-1" })).Is(200);
        (await desk.Put($"/api/patients/{ada.Id}", new { mrn = "A-17", phone = "1" })).Is(200);
        var other = await (await house.NewClinic()).Has(Role.FrontDesk);
        (await other.Put($"/api/patients/{(await other.Post("/api/patients", zoe)).Is(201).Id}", new { mrn = "A-17" })).Is(200);
    }

    [Fact]
    public async Task The_number_of_a_record_that_another_has_replaced_may_be_taken_and_not_that_of_an_inactive_one()
    {
        const string replaced = "\"link\":[{\"other\":{\"reference\":\"Patient/kept\"},\"type\":\"replaced-by\"}],";
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        const string record = """
            {"resourceType":"Patient","id":"gone",ENDED"name":[{"given":["Ada"],"family":"Byron"}],"gender":"female",
             "birthDate":"1985-12-10","identifier":[{"value":"A-1","type":{"coding":[
              {"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]}}]}
            """;
        (await desk.Put("/fhir/Patient/gone", record.Replace("ENDED", "", StringComparison.Ordinal))).Is(201);
        var ada = new { firstName = "Ada", lastName = "Byron", birthDate = "1985-12-10", sex = "female", mrn = "A-1" };
        (await desk.Post("/api/patients", ada)).IsRefused(409, "possible_duplicate");

        (await desk.Put("/fhir/Patient/gone", record.Replace("ENDED", "\"active\":false,", StringComparison.Ordinal))).Is(200);
        (await desk.Post("/api/patients", ada)).IsRefused(409, "possible_duplicate");
        (await desk.Put("/fhir/Patient/gone", record.Replace("ENDED", replaced, StringComparison.Ordinal))).Is(200);

        (await desk.Post("/api/patients", ada)).Is(201);
        (await desk.Post("/api/patients", ada)).IsRefused(409, "possible_duplicate");
    }

    [Fact]
    public async Task Nobody_is_born_tomorrow()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        var made = (await desk.Post("/api/patients", Ada)).Is(201);
        var birthDate = DateTime.UtcNow.AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        (await desk.Put($"/api/patients/{made.Id}", new { birthDate })).IsRefused(400, "invalid_field");
        (await desk.Post("/api/patients", new { firstName = "Zoe", lastName = "Quist", birthDate, sex = "female" }))
            .IsRefused(400, "invalid_field");
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        (await desk.Put($"/api/patients/{made.Id}", new { birthDate = today })).Is(200);
    }

    [Fact]
    public async Task Patients_are_found_by_words_of_their_name_number_and_day_of_birth_page_by_page()
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);
        (await desk.Post("/api/patients", Ada)).Is(201);
        var (birthDate, sex) = ("1990-01-02", "male");
        (await desk.Post("/api/patients", new { firstName = "Bo", lastName = "Andersson", birthDate, sex })).Is(201);
        (await desk.Post("/api/patients", new { firstName = "Cy", lastName = "Young", birthDate, sex })).Is(201);

        Assert.Equal(["Byron"], await Found("?search=ada%20by"));
        Assert.Equal(["Byron"], await Found("?mrn=A-17"));
        Assert.Equal(["Andersson", "Young"], await Found("?birthDate=1990-01-02"));
        var first = (await desk.Get("/api/patients?limit=2")).Is(200);
        Assert.Equal(2, first["items"].GetArrayLength());
        Assert.Equal(["Young"], await Found($"?limit=2&cursor={Uri.EscapeDataString(first["nextCursor"].GetString()!)}"));
        Assert.Equal(["Young"], await Found("?limit=2&offset=2"));
        (await desk.Get("/api/patients?name=x")).IsRefused(400, "unknown_field");

        async Task<IEnumerable<string?>> Found(string query) => [.. (await desk.Get($"/api/patients{query}")).Is(200)["items"]
            .EnumerateArray().Select(each => each.GetProperty("lastName").GetString())];
    }

    [Fact]
    public async Task A_verified_insurance_is_told_once_and_its_Coverage_is_one_for_each_member_number()
    {
        var (clinic, other) = (await house.NewClinic(), await house.NewClinic());
        await clinic.HasProvider("dr-1", "p-1");
        var (billing, desk) = (await clinic.Has(Role.Billing), await clinic.Has(Role.FrontDesk));
        var door = "/api/patients/p-1/insurance-verification";
        var asked = new { payer = "Helvetia", memberId = "M-1", validFrom = "2026-01-01", validTo = "2026-12-31", verified = true };

        var first = (await desk.Post(door, asked)).Is(201);
        var second = (await billing.Post(door, new { payer = "Helvetia", memberId = "M-1", verified = false })).Is(201);

        Assert.Equal(first["coverageId"].GetString(), second["coverageId"].GetString());
        var another = (await billing.Post(door, new { payer = "Swica", memberId = "M-1", verified = false })).Is(201);
        Assert.NotEqual(first["coverageId"].GetString(), another["coverageId"].GetString());
        var told = Assert.Single(await clinic.Events("patient.insurance_verified")).Data;
        Assert.Equal("Helvetia", told.GetProperty("insurer").GetString());
        Assert.Equal(first["coverageId"].GetString(), told.GetProperty("coverageId").GetString());
        Assert.Equal("2026-12-31", told.GetProperty("validUntil").GetString());
        (await billing.Post(door, new { payer = "H", memberId = "M", verified = true, validFrom = "2026-02-01", validTo = "2026-01-01" }))
            .IsRefused(400, "invalid_field");
        (await billing.Post("/api/patients/none/insurance-verification", asked)).IsRefused(404, "not_found");
        (await (await other.Has(Role.Billing)).Post(door, asked)).IsRefused(404, "not_found");
        (await (await other.Has(Role.FrontDesk)).Post(door, asked)).IsRefused(404, "not_found");
        (await (await clinic.Has(Role.Lab)).Post(door, asked)).IsRefused(403, "forbidden");
    }

    [Theory]
    [InlineData("""{ "firstName": "A", "lastName": "B", "birthDate": "1985-13-10", "sex": "female" }""", "invalid_field")]
    [InlineData("""{ "firstName": "A", "lastName": "B", "birthDate": "1985-12-10", "sex": "f" }""", "invalid_field")]
    [InlineData("""{ "firstName": " ", "lastName": "B", "birthDate": "1985-12-10", "sex": "female" }""", "invalid_field")]
    [InlineData("""{ "firstName": "A", "birthDate": "1985-12-10", "sex": "female" }""", "missing_field")]
    [InlineData("""{ "firstName": "A", "lastName": "B", "birthDate": "1985-12-10", "sex": "female", "age": 3 }""", "unknown_field")]
    [InlineData("[]", "invalid_request")]
    public async Task A_body_that_cannot_be_taken_is_refused_by_its_field(string body, string code)
    {
        var clinic = await house.NewClinic();
        var desk = await clinic.Has(Role.FrontDesk);

        (await desk.Post("/api/patients", body)).IsRefused(400, code);
    }

    [Fact]
    public async Task Another_clinic_and_another_patient_find_nothing()
    {
        var (clinic, other) = (await house.NewClinic(), await house.NewClinic());
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        await other.HasProvider("dr-9", "p-9");
        var (patient, stranger) = (await clinic.Has(Role.Patient, patient: "p-1"), await other.Has(Role.FrontDesk));

        (await patient.Get("/api/patients/p-1")).Is(200);
        (await patient.Get("/api/patients/p-2")).IsRefused(404, "not_found");
        (await patient.Get("/api/patients/p-9")).IsRefused(404, "not_found");
        (await patient.Put("/api/patients/p-1", new { phone = "1" })).Is(403);
        Assert.Equal(1, (await patient.Get("/api/patients")).Is(200)["items"].GetArrayLength());
        (await stranger.Get("/api/patients/p-1")).IsRefused(404, "not_found");
        (await stranger.Put("/api/patients/p-1", new { phone = "1" })).IsRefused(404, "not_found");
        (await stranger.Get("/api/patients/p-9")).Is(200);
        (await (await clinic.Has(Role.FrontDesk)).Get("/api/patients/p-9")).IsRefused(404, "not_found");
    }
}

public sealed class PatientDoorTestsOnSqlite(SqliteHouse house) : PatientDoorTests(house);

public sealed class PatientDoorTestsOnPostgres(PostgresHouse house) : PatientDoorTests(house);
