using HostApp.Commands;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace UnitTests.HostApp;

public class CommandTests
{
    private static readonly CommandTarget Relay = new(new EdgeNodeDescriptor("Plant1", "Line1"), "Uno", "Outputs/Relay");
    private static readonly MetricValue On = MetricValue.Boolean(true);
    private static readonly MetricValue Off = MetricValue.Boolean(false);

    [Theory]
    [InlineData("Applied", "Confirmed")]
    [InlineData("Rejected", "Rejected")]
    public void An_answer_by_id_is_the_outcome(string outcome, string expected)
    {
        var command = ACommand(CommandProof.Result);
        var ended = command.Step(new CommandInput.Answered(Result(command.Id, outcome, "interlock", "true"), At(40)));
        Assert.Equal(expected, ended.State.ToString());
        Assert.Equal("interlock", ended.Reason);
        Assert.Equal(On, ended.Applied);
        Assert.Equal(At(40), ended.EndedAt);
    }

    [Fact]
    public void A_refusal_without_a_reason_says_so()
    {
        var command = ACommand(CommandProof.Result);
        Assert.Equal("the edge node gave no reason", command.Step(new CommandInput.Answered(Result(command.Id, "Rejected", null, null), At(1))).Reason);
    }

    [Fact]
    public void A_node_that_answers_by_id_is_not_taken_at_its_values()
    {
        var command = ACommand(CommandProof.Result).Step(new CommandInput.Reported(On, At(1)));
        Assert.Equal(CommandState.Pending, command.State);
    }

    [Fact]
    public void The_commanded_value_confirms_where_nobody_answers()
    {
        var ended = ACommand(CommandProof.Value).Step(new CommandInput.Reported(On, At(7)));
        Assert.Equal(CommandState.Confirmed, ended.State);
        Assert.Equal(On, ended.Applied);
    }

    [Fact]
    public void Another_value_proves_nothing_and_is_named_when_the_time_is_over()
    {
        var command = ACommand(CommandProof.Value).Step(new CommandInput.Reported(Off, At(7)));
        Assert.Equal(CommandState.Pending, command.State);
        var ended = command.Step(new CommandInput.Tick(At(10_000)));
        Assert.Equal(CommandState.TimedOut, ended.State);
        Assert.Contains("Boolean false", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_after_a_repeat_is_explained()
    {
        var ended = (ACommand(CommandProof.Value) with { IsRepeat = true }).Step(new CommandInput.Tick(At(10_000)));
        Assert.Contains("had this value before", ended.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rebirth_is_confirmed_by_the_birth()
    {
        var command = ACommand(CommandProof.Birth);
        Assert.Equal(CommandState.Pending, command.Step(new CommandInput.Reported(Off, At(1))).State);
        Assert.Equal(CommandState.Confirmed, command.Step(new CommandInput.Reborn(At(1))).State);
    }

    [Fact]
    public void It_times_out_at_its_deadline_and_not_before()
    {
        var command = ACommand(CommandProof.Result);
        Assert.Equal(CommandState.Pending, command.Step(new CommandInput.Tick(At(9_999))).State);
        Assert.Equal(CommandState.TimedOut, command.Step(new CommandInput.Tick(At(10_000))).State);
    }

    [Fact]
    public void A_target_that_goes_offline_may_still_answer_and_is_named_when_it_does_not()
    {
        var command = ACommand(CommandProof.Result).Step(new CommandInput.WentOffline(OfflineReason.NDEATH, At(5)));
        Assert.Equal(CommandState.Pending, command.State);
        Assert.Equal(CommandState.Confirmed, command.Step(new CommandInput.Answered(Result(command.Id, "Applied", null, null), At(6))).State);
        Assert.Contains("NDEATH", command.Step(new CommandInput.Tick(At(10_000))).Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string> Inputs => [.. AllInputs(Guid.Empty).Select(input => input.GetType().Name)];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void The_first_outcome_stands_whatever_comes_later(string later)
    {
        foreach (var proof in Enum.GetValues<CommandProof>())
        {
            foreach (var first in AllInputs(Guid.Empty))
            {
                var ended = ACommand(proof).Step(first);
                if (!ended.IsFinal) continue;
                var input = AllInputs(ended.Id).Single(one => one.GetType().Name == later);
                Assert.Same(ended, ended.Step(input));
            }
        }
    }

    [Fact]
    public void A_newer_command_supersedes_the_one_before_for_the_same_metric_only()
    {
        var book = new CommandBook(10);
        var first = ACommand(CommandProof.Result);
        var other = ACommand(CommandProof.Result) with { Target = Relay with { Metric = "Outputs/Led" } };
        var second = ACommand(CommandProof.Result);
        Assert.True(book.TryIssue(first, out _));
        Assert.True(book.TryIssue(other, out var none));
        Assert.Empty(none);
        Assert.True(book.TryIssue(second, out var ended));
        Assert.Equal(first.Id, Assert.Single(ended).Id);
        Assert.Equal(CommandState.Superseded, book.Find(first.Id)!.State);
        Assert.Equal(2, book.PendingCount);
        Assert.Empty(book.Answer(Relay.EdgeNode, Relay.DeviceId, Result(first.Id, "Applied", null, null), At(1)));
        Assert.Equal(CommandState.Confirmed, Assert.Single(book.Answer(Relay.EdgeNode, Relay.DeviceId, Result(second.Id, "Applied", null, null), At(1))).State);
    }

    [Fact]
    public void An_answer_counts_only_from_where_the_command_went()
    {
        var book = new CommandBook(10);
        var command = ACommand(CommandProof.Result);
        book.TryIssue(command, out _);
        var answer = Result(command.Id, "Applied", null, null);
        Assert.Empty(book.Answer(new EdgeNodeDescriptor("Plant1", "Line2"), "Uno", answer, At(1)));
        Assert.Empty(book.Answer(Relay.EdgeNode, "Mega", answer, At(1)));
        Assert.Empty(book.Answer(Relay.EdgeNode, "Uno", answer with { Metric = "Outputs/Led" }, At(1)));
        Assert.Empty(book.Answer(Relay.EdgeNode, "Uno", answer with { Id = Guid.NewGuid() }, At(1)));
        Assert.Single(book.Answer(Relay.EdgeNode, null, answer, At(1)));
    }

    [Fact]
    public void The_oldest_outcomes_are_forgotten_and_pending_commands_never()
    {
        var book = new CommandBook(2);
        var done = ACommand(CommandProof.Value);
        var pending = ACommand(CommandProof.Value) with { Target = Relay with { Metric = "A" } };
        book.TryIssue(done, out _);
        book.Report(done.Target, On, At(1));
        book.TryIssue(pending, out _);
        Assert.True(book.TryIssue(ACommand(CommandProof.Value) with { Target = Relay with { Metric = "B" } }, out _));
        Assert.Null(book.Find(done.Id));
        Assert.False(book.TryIssue(ACommand(CommandProof.Value) with { Target = Relay with { Metric = "C" } }, out _));
        Assert.NotNull(book.Find(pending.Id));
    }

    [Fact]
    public void The_death_of_a_node_concerns_its_devices_and_that_of_a_device_only_itself()
    {
        var book = new CommandBook(10);
        var device = ACommand(CommandProof.Result);
        var node = ACommand(CommandProof.Result) with { Target = new CommandTarget(Relay.EdgeNode, null, "M") };
        book.TryIssue(device, out _);
        book.TryIssue(node, out _);
        book.WentOffline(Relay.EdgeNode, "Uno", OfflineReason.DDEATH, At(1));
        book.Tick(At(10_000));
        Assert.Contains("DDEATH", book.Find(device.Id)!.Reason, StringComparison.Ordinal);
        Assert.Equal("the edge node gave no answer", book.Find(node.Id)!.Reason);
    }

    [Fact]
    public void Results_are_read_by_column_name_and_nonsense_is_counted()
    {
        var id = Guid.NewGuid();
        var set = new DataSet(
            [.. new[] { "outcome", "id", "value", "metric", "reason" }.Select(name => new DataSetColumn(name, DataType.String))],
            [Row("Applied", id.ToString(), "true", "Outputs/Relay", ""), Row("Perhaps", id.ToString(), "", "m", ""), Row("Applied", "7", "", "m", "")]);
        var result = Assert.Single(CommandResult.ReadAll(MetricValue.DataSet(set), out var malformed));
        Assert.Equal(new CommandResult(id, "Outputs/Relay", true, null, "true"), result);
        Assert.Equal(2, malformed);
    }

    [Fact]
    public void A_result_of_another_shape_is_nonsense()
    {
        Assert.Empty(CommandResult.ReadAll(MetricValue.String("Applied"), out var malformed));
        Assert.Equal(1, malformed);
        Assert.Empty(CommandResult.ReadAll(MetricValue.DataSet(new DataSet([new DataSetColumn("id", DataType.Int32)], [])), out malformed));
        Assert.Equal(1, malformed);
        Assert.Empty(CommandResult.ReadAll(MetricValue.Null(DataType.DataSet), out malformed));
        Assert.Equal(0, malformed);
    }

    private static MetricValue[] Row(params string[] cells) => [.. cells.Select(MetricValue.String)];

    private static CommandInput[] AllInputs(Guid id) =>
    [
        new CommandInput.Answered(Result(id, "Applied", null, null), At(1)),
        new CommandInput.Reported(On, At(1)),
        new CommandInput.Reborn(At(1)),
        new CommandInput.WentOffline(OfflineReason.NDEATH, At(1)),
        new CommandInput.NotSent("no connection", At(1)),
        new CommandInput.Newer(At(1)),
        new CommandInput.Tick(At(20_000)),
    ];

    private static CommandResult Result(Guid id, string outcome, string? reason, string? value) => new(id, Relay.Metric, outcome == "Applied", reason, value);

    private static Command ACommand(CommandProof proof) =>
        new() { Id = Guid.NewGuid(), Target = Relay, Value = On, Proof = proof, IssuedAt = At(0), Deadline = At(10_000) };

    private static Timestamp At(int milliseconds) => new(1_700_000_000_000 + (ulong)milliseconds);
}
