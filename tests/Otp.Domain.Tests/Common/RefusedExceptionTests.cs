using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Domain.Tests.Common;

public sealed class RefusedExceptionTests
{
    [Fact]
    public void Message_WhenMade_ShouldNameTheRefusal()
    {
        var exception = new RefusedException(OtpEmailFactorErrors.TooMany);

        exception.Message.Should().Be("Refused: OtpEmailFactor.TooMany.");
        exception.Should().BeAssignableTo<InvalidOperationException>();
    }
}
