using Npgsql;
using Otp.Application.Delivery;
using Otp.Infrastructure.Persistence.Npgsql;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class StatementValuesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.CreateVersion7(Now);

    private delegate void AddValues(ref StatementValues values);

    [Fact]
    public void Add_WhenATimeOrAnIdIsThereAlready_ShouldNameItsNumber() =>
        TextOf((ref StatementValues values) =>
        {
            values.AddTime(Now);
            values.AddId(Id);
            values.AddTime(Now);
            values.AddTime(Now.AddTicks(1));
            values.AddId(Guid.CreateVersion7(Now));
            values.AddId(Id);
        }).Should().Be(("$1, $2, $1, $3, $4, $2", 4));

    [Fact]
    public void AddUser_WhenTheFirstValueIsTheUser_ShouldNameItsNumber() =>
        TextOf((ref StatementValues values) =>
        {
            values.AddUser("ann");
            values.AddText("bob");
            values.AddUser("ann");
            values.AddUser("bob");
            values.AddUser("Ann");
            values.AddUser(null);
        }).Should().Be(("$1, $2, $1, $3, $4, NULL", 4));

    [Fact]
    public void AddUser_WhenTheFirstValueIsNoText_ShouldAddIt() =>
        TextOf((ref StatementValues values) =>
        {
            values.AddId(Id);
            values.AddUser("ann");
            values.AddUser("ann");
        }).Should().Be(("$1, $2, $3", 3));

    /// <summary>What a caller can choose must not make statements: each is kept prepared.</summary>
    [Fact]
    public void Add_OfOtherValues_ShouldAddEach() =>
        TextOf((ref StatementValues values) =>
        {
            values.AddText("one");
            values.AddText("one");
            values.AddInt(1);
            values.AddInt(1);
            values.AddLong(1);
            values.AddLong(1);
            values.AddBytes([1]);
            values.AddBytes([1]);
            values.AddLongs([1]);
            values.AddLongs([1]);
            values.AddBoolean(true);
            values.AddBoolean(true);
        }).Should().Be(("$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12", 12));

    [Fact]
    public void Add_OfWhatIsAbsentOrKnown_ShouldStandInTheText() =>
        TextOf((ref StatementValues values) =>
        {
            values.AddText(null);
            values.AddTime(null);
            values.AddId(null);
            values.AddLong(null);
            values.AddInt(null);
            values.AddBytes(null);
            values.AddKnown(null);
            values.AddKnown(0);
            values.AddKnown(4095);
            values.AddState(DeliveryState.Queued);
            values.AddState(DeliveryState.Superseded);
        }).Should().Be(("NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 4095, 'Queued', 'Superseded'", 0));

    [Theory]
    [InlineData(-1)]
    [InlineData(4096)]
    public void AddKnown_WhenItIsNotOneOfAFew_ShouldThrow(int value)
    {
        var add = () => TextOf((ref StatementValues values) => values.AddKnown(value));

        add.Should().Throw<ArgumentOutOfRangeException>();
    }

    /// <summary>The text of all values, and how many parameters they have.</summary>
    private static (string Text, int Parameters) TextOf(AddValues add)
    {
        var parameters = new NpgsqlBatchCommand().Parameters;
        var values = new StatementValues(parameters, stackalloc char[StatementValues.Capacity]);
        add(ref values);
        var places = values.Places;
        return (StatementValues.Take(ref places, places.Length), parameters.Count);
    }
}
