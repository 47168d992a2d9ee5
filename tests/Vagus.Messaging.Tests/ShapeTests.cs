using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests;

/// <summary>
/// The fields of every body that clients of messages are answered or told, by name and kind. A field that is not in the table is told of
/// as well: clients come to rely on what they see.
/// </summary>
public abstract class ShapeTests(House house)
{
    /// <summary>
    /// A field and its kind (s a text, n a number, b true or false, o an object, a a list); <c>?</c>: null, or not there at all.
    /// </summary>
    private static readonly Dictionary<string, string> Shapes = new(StringComparer.Ordinal)
    {
        ["connected"] = "userId:s role:s serverTime:s unread:n",
        ["message"] = """
            id:s kind:s threadId:s senderId:s senderRole:s recipientId:s? content:s? contextType:s? contextId:s? sentAt:s readAt:s?
            sequence:n status:s clientMessageId:s? attachments:a
            """,
        ["attachment"] = "id:s fileName:s? contentType:s size:n scan:s",
        ["note"] = """
            id:s kind:s isInternalNote:b threadId:s senderId:s senderRole:s content:s? sentAt:s afterSequence:n mentions:a
            clientMessageId:s? attachments:a
            """,
        ["ack of send"] = "ok:b message:o",
        ["ack of read"] = "ok:b threadId:s upToSequence:n",
        ["ack of typing"] = "ok:b",
        ["refused ack"] = "ok:b error:o",
        ["error of ack"] = "code:s message:s",
        ["message_read"] = "messageId:s threadId:s readerId:s readerRole:s readAt:s upToSequence:n",
        ["message_retracted"] = "messageId:s threadId:s sequence:n retractedBy:s retractedAt:s",
        ["user_typing"] = "userId:s role:s threadId:s isTyping:b",
        ["unread"] = "count:n byCategory:o",
        ["page"] = "items:a nextCursor:s?",
        ["list"] = "items:a",
        ["recipient"] = "id:s kind:s name:s role:s userId:s? providerId:s?",
        ["thread"] = """
            id:s kind:s subject:s? category:s? priority:s status:s patient:o? assignedTo:o? team:s? createdAt:s lastMessageAt:s
            lastMessagePreview:s? waitingSince:s? dueAt:s? overdue:b snoozeUntil:s? labels:a unreadSince:s? unreadCount:n following:b
            lastSequence:n version:n
            """,
        ["portal thread"] = """
            id:s kind:s subject:s? category:s? status:s patient:o with:s createdAt:s lastMessageAt:s lastMessagePreview:s? waitingSince:s?
            expectedReplyAt:s? unreadCount:n lastSequence:n version:n
            """,
        ["patient"] = "id:s name:s? birthDate:s? mrn:s?",
        ["portal patient"] = "id:s name:s?",
        ["assignee"] = "userId:s name:s?",
        ["begun"] = "thread:o messages:a",
        ["whole thread"] = "thread:o messages:a nextCursor:s?",
        ["newer"] = "type:s title:s status:n detail:s code:s traceId:s? messages:a lastSequence:n",
        ["problem"] = "type:s title:s status:n detail:s code:s traceId:s?",
        ["read"] = "threadId:s upToSequence:n",
        ["bulk"] = "results:a",
        ["bulk done"] = "id:s ok:b error:o?",
        ["bulk refused"] = "id:s ok:b error:o",
        ["canned"] = """
            id:s title:s content:s category:s? shortcode:s? shared:b usageCount:n version:n mayChange:b filledContent:s? isFilled:b?
            """,
        ["preferences"] = "email:o sms:o push:o digest:o quietHours:o? timeZone:s language:s kinds:o",
    };

    [Fact]
    public async Task Every_body_has_the_fields_of_its_shape_and_no_others()
    {
        var scene = await Scene.Open(house);
        await scene.Sockets();
        await scene.Direct();
        await scene.Threads();
        await scene.Others();

        Assert.Empty(scene.Bodies.SelectMany(each => Differences(each.Shape, each.Body)));
        Assert.Empty(Shapes.Keys.Except(scene.Bodies.Select(each => each.Shape)));
    }

    private static IEnumerable<string> Differences(string shape, JsonElement body)
    {
        var fields = Shapes[shape].Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split(':')).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        foreach (var name in body.EnumerateObject().Select(field => field.Name).Where(name => !fields.ContainsKey(name)))
            yield return $"{shape}: {name} is in no table";
        foreach (var (name, kind) in fields)
        {
            var given = body.TryGetProperty(name, out var value) ? KindOf(value) : "";
            var isMissing = given.Length == 0 && kind.EndsWith('?');
            if (given != kind[..1] && !isMissing) yield return $"{shape}: {name} is '{given}', not '{kind}'";
        }
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "s",
        JsonValueKind.Number => "n",
        JsonValueKind.True or JsonValueKind.False => "b",
        JsonValueKind.Object => "o",
        JsonValueKind.Array => "a",
        _ => "",
    };

    /// <summary>People who write to each other by every door.</summary>
    private sealed record Scene(House House, Clinic Clinic, Person Patient, Person Doctor, Person Nurse)
    {
        private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.4\n%%EOF\n");

        public List<(string Shape, JsonElement Body)> Bodies { get; } = [];

        public static async Task<Scene> Open(House house)
        {
            var (clinic, patient, doctor) = await Steps.Open(house, "p1");
            return new Scene(house, clinic, patient, doctor, await clinic.Has(Role.Nurse));
        }

        public async Task Sockets()
        {
            await using var phone = await LiveSocket.Open(House, Patient);
            await using var office = await LiveSocket.Open(House, Doctor);
            Keep("connected", phone.Greeting);
            var ack = await phone.Ask("send_message", new { recipientId = Doctor.Id, content = "Hello", clientMessageId = "c" });
            Keep("ack of send", ack);
            Keep("message", ack.GetProperty("message"));
            Keep("message", await phone.Hear("message_sent"));
            var heard = Keep("message", await office.Hear("new_message"));
            Keep("ack of typing", await office.Ask("typing", new { threadId = heard.Text("threadId"), isTyping = true }));
            Keep("user_typing", await phone.Hear("user_typing"));
            Keep("ack of read", await office.Ask("mark_read", new { messageId = heard.Text("id") }));
            Keep("message_read", await phone.Hear("message_read"));
            Keep("message", (await Patient.Post($"/api/messages/{heard.Text("id")}/retraction", new { reason = "x" })).Is(200).Json);
            Keep("message_retracted", await office.Hear("message_retracted"));
            var refused = Keep("refused ack", await office.Ask("mark_read", new { messageId = "nothing" }));
            Keep("error of ack", refused.GetProperty("error"));
            await Patient.Post("/api/messages", new { recipientId = Doctor.Id, content = "Again" });
            await office.HearUnread(1);
            Keep("unread", office.Unread[^1]);
        }

        public async Task Direct()
        {
            Keep("message", (await Nurse.Post("/api/messages", new
            {
                recipientId = Doctor.Id, content = "About it", contextType = "result", contextId = "r-1",
            })).Is(201).Json);
            KeepAll("page", "message", (await Doctor.Get($"/api/messages/conversation?userId={Nurse.Id}")).Is(200).Json);
            KeepAll("page", "message", (await Doctor.Get("/api/messages/by-context?type=result&id=r-1")).Is(200).Json);
            KeepAll("list", "recipient", (await Doctor.Get("/api/messages/recipients")).Is(200).Json);
            Keep("problem", (await Doctor.Get("/api/messages/conversation?userId=nobody")).Json);
        }

        public async Task Threads()
        {
            var request = new { subject = "Refill", category = "general", content = "Hello" };
            var begun = Keep("begun", (await Patient.Post($"{AtPortal}/threads", request)).Is(201).Json);
            Keep("portal thread", begun.GetProperty("thread"));
            Keep("portal patient", begun.GetProperty("thread").GetProperty("patient"));
            Keep("message", begun.GetProperty("messages")[0]);
            var thread = begun.GetProperty("thread").Text("id");
            var withPatient = new { patientId = "p1", subject = "Refill", category = "general", content = "Hello" };
            var ofStaff = Keep("begun", (await Doctor.Post($"{AtStaff}/threads", withPatient)).Is(201).Json);
            Keep("thread", ofStaff.GetProperty("thread"));
            var uploaded = (await Doctor.TryUpload($"{AtStaff}/attachments", Pdf, "application/pdf")).Is(201);
            var file = Keep("attachment", uploaded.Json);
            var (of, inPortal) = ($"{AtStaff}/threads/{thread}", $"{AtPortal}/threads/{thread}");
            var message = new { content = "See", attachmentIds = new[] { file.Text("id") } };
            Keep("attachment", Keep("message", (await Doctor.Post($"{of}/messages", message)).Is(201).Json).GetProperty("attachments")[0]);
            var note = new { content = "Among us", isInternalNote = true, mentions = new[] { Nurse.Id } };
            Keep("note", (await Doctor.Post($"{of}/messages", note)).Is(201).Json);
            Keep("message", (await Patient.Post($"{inPortal}/messages", new { content = "Thanks" })).Is(201).Json);
            foreach (var (who, path) in new[] { (Doctor, of), (Patient, inPortal) })
            {
                var late = new { content = "Late", lastSeenSequence = 1 };
                var newer = Keep("newer", (await who.Post($"{path}/messages", late)).Is(409).Json);
                Keep("message", newer.GetProperty("messages")[0]);
                Keep("read", (await who.Post($"{path}/mark-read")).Is(200).Json);
            }

            var changed = Keep("thread", (await Doctor.Put(of, new { assignedTo = Doctor.Id })).Is(200).Json);
            Keep("assignee", changed.GetProperty("assignedTo"));
            Keep("patient", changed.GetProperty("patient"));
            var whole = Keep("whole thread", (await Nurse.Get(of)).Is(200).Json).GetProperty("messages").EnumerateArray().ToList();
            foreach (var item in whole) Keep(item.Text("kind"), item);
            Assert.Contains(whole, item => item.Text("kind") == "note");
            var shown = Keep("whole thread", (await Patient.Get(inPortal)).Is(200).Json).GetProperty("messages").EnumerateArray().ToList();
            foreach (var item in shown) Keep("message", item);
            KeepAll("page", "thread", (await Doctor.Get($"{AtStaff}/threads")).Is(200).Json);
            KeepAll("page", "portal thread", (await Patient.Get($"{AtPortal}/threads")).Is(200).Json);
            foreach (var change in new[] { "close", "reopen" }) Keep("thread", (await Doctor.Post($"{of}/{change}")).Is(200).Json);
            var bulk = new { threadIds = new[] { thread, "nothing" }, changes = new { priority = "high" } };
            var results = Keep("bulk", (await Doctor.Post($"{AtStaff}/threads/bulk", bulk)).Is(200).Json).GetProperty("results");
            Keep("bulk done", results[0]);
            Keep("error of ack", Keep("bulk refused", results[1]).GetProperty("error"));
        }

        public async Task Others()
        {
            foreach (var (who, door, preferences) in new[]
            {
                (Doctor, AtStaff, "/api/preferences"), (Patient, AtPortal, "/api/patient-portal/preferences"),
            })
            {
                Keep("unread", (await who.Get($"{door}/unread-count")).Is(200).Json);
                Keep("preferences", (await who.Get(preferences)).Is(200).Json);
            }

            var request = new { title = "Mine", content = "Hello", shared = false };
            var canned = Keep("canned", (await Doctor.Post(AtCanned, request)).Is(201).Json);
            Keep("canned", (await Doctor.Get($"{AtCanned}/{canned.Text("id")}")).Is(200).Json);
            KeepAll("list", "canned", (await Doctor.Get(AtCanned)).Is(200).Json);
        }

        private JsonElement Keep(string shape, JsonElement body)
        {
            Bodies.Add((shape, body));
            return body;
        }

        private void KeepAll(string list, string item, JsonElement body)
        {
            var items = Keep(list, body).GetProperty("items").EnumerateArray().ToList();
            Assert.NotEmpty(items);
            foreach (var each in items) Keep(item, each);
        }
    }
}

public sealed class ShapesOnSqlite(SqliteHouse house) : ShapeTests(house);

public sealed class ShapesOnPostgres(PostgresHouse house) : ShapeTests(house);
